package fetch

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// A connection that is cut at every hundredth of a zip, in one download and in a hundred: each comes whole, and no more than
// 1.02 times its bytes are transferred.
func TestCuts(t *testing.T) {
	validators := map[string]map[string]string{
		"strong": {"ETag": `"a"`}, "weak": {"ETag": `W/"a"`}, "date": {"Last-Modified": "Mon, 02 Jan 2006 15:04:05 GMT"}, "none": nil,
	}
	for name, head := range validators {
		step := map[string]int{"none": 1, "strong": 4, "weak": 20, "date": 20}[name] // the last two are as none
		data := zipLike(12<<20/step, 3)
		s := &shop{data: data, head: head, cut: func(int) int64 { return 12 << 20 / 100 }}
		p, err := downloader(t, serve(t, s.ServeHTTP)).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, p, data)
		if sent := s.sent.Load(); sent > int64(len(data))*102/100 || p.Fetched > sent || p.Tries < 100/step || p.Pieces < 100/step {
			t.Errorf("%s: %d bytes sent of %d, %+v", name, sent, len(data), p)
		} else {
			t.Logf("%s: %.4f times the size in %d answers", name, float64(sent)/float64(len(data)), p.Tries)
		}
		for k := 0; k < 100; k += step {
			data := zipLike(200<<10, uint64(k))
			s := &shop{data: data, head: head, cut: func(n int) int64 {
				if n == 0 {
					return int64(len(data) * k / 100)
				}
				return -1
			}}
			p, err := downloader(t, serve(t, s.ServeHTTP)).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
			if err != nil {
				t.Fatalf("%s: cut at %d %%: %v", name, k, err)
			}
			same(t, p, data)
			if sent := s.sent.Load(); sent > int64(len(data))*102/100 || p.Tries != 2 || k > 0 && p.Pieces != 2 {
				t.Errorf("%s: cut at %d %%: %d bytes sent of %d, %+v", name, k, sent, len(data), p)
			}
		}
	}
}

// inTurn serves one handler after the other, and the last of them for ever.
func inTurn(t *testing.T, list ...http.HandlerFunc) (url string, asked *int) {
	t.Helper()
	asked = new(int)
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		h := list[min(*asked, len(list)-1)]
		*asked++
		h(w, r)
	}), asked
}

// partial answers a range with what is said.
func partial(contentRange string, body []byte, more ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(more); i += 2 {
			w.Header().Set(more[i], more[i+1])
		}
		if contentRange != "" {
			w.Header().Set("Content-Range", contentRange)
		}
		w.WriteHeader(http.StatusPartialContent)
		w.Write(body)
		w.(http.Flusher).Flush() // so that a Content-Length which is too large is not made good
	}
}

// Answers to a Range that are wrong in one of the ways in which they can be: what comes of it is one file or the other, whole,
// or nothing, but never pieces of both.
func TestRangesAreNotGlued(t *testing.T) {
	const size, half = 200 << 10, 100 << 10
	old, young := zipLike(size, 1), zipLike(size, 2)
	longer := zipLike(size+1000, 3)
	first := func(h map[string]string) http.HandlerFunc {
		return (&shop{data: old, head: h, cut: func(int) int64 { return half }}).ServeHTTP
	}
	full := func(b []byte, h map[string]string) http.HandlerFunc { return (&shop{data: b, head: h}).ServeHTTP }
	all := func(b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { w.Write(b) }
	}
	a, b := map[string]string{"ETag": `"a"`}, map[string]string{"ETag": `"b"`}
	da, db := map[string]string{"Last-Modified": "Mon, 02 Jan 2006 15:04:05 GMT"}, map[string]string{"Last-Modified": "Tue, 03 Jan 2006 15:04:05 GMT"}
	rest := fmt.Sprintf("bytes %d-%d/%d", half, size-1, size)
	for name, c := range map[string]struct {
		list []http.HandlerFunc
		want []byte
		most int // requests
		kind error
	}{
		"changed, strong":         {[]http.HandlerFunc{first(a), full(young, b)}, young, 2, nil},
		"changed, date":           {[]http.HandlerFunc{first(da), full(young, db)}, young, 3, nil},
		"changed, no validator":   {[]http.HandlerFunc{first(nil), full(young, nil)}, young, 3, nil},
		"changed, other size":     {[]http.HandlerFunc{first(nil), full(longer, nil)}, longer, 3, nil},
		"If-Range not understood": {[]http.HandlerFunc{first(a), partial(rest, young[half:], "ETag", `"b"`), full(young, b)}, young, 3, nil},
		"200 to a Range":          {[]http.HandlerFunc{first(a), all(old)}, old, 2, nil},
		"200 of another file":     {[]http.HandlerFunc{first(nil), all(longer)}, longer, 2, nil},
		"wrong beginning":         {[]http.HandlerFunc{first(a), partial(fmt.Sprintf("bytes 0-%d/%d", half-1, size), old[:half]), full(old, a)}, old, 3, nil},
		"one byte off":            {[]http.HandlerFunc{first(a), partial(fmt.Sprintf("bytes %d-%d/%d", half+1, size-1, size), old[half+1:]), full(old, a)}, old, 3, nil},
		"wrong total":             {[]http.HandlerFunc{first(a), partial(fmt.Sprintf("bytes %d-%d/%d", half, size-1, size+1), old[half:]), full(old, a)}, old, 3, nil},
		"no Content-Range":        {[]http.HandlerFunc{first(a), partial("", old[half:]), full(old, a)}, old, 3, nil},
		"garbage":                 {[]http.HandlerFunc{first(a), partial("bytes x-y/z", old[half:]), full(old, a)}, old, 3, nil},
		"lines":                   {[]http.HandlerFunc{first(a), partial(strings.Replace(rest, "bytes", "lines", 1), old[half:]), full(old, a)}, old, 3, nil},
		"past the end":            {[]http.HandlerFunc{first(a), partial(fmt.Sprintf("bytes %d-%d/%d", half, size, size), old[half:]), full(old, a)}, old, 3, nil},
		"longer than it says":     {[]http.HandlerFunc{first(a), partial(rest, append(bytes.Clone(old[half:]), "more"...)), full(old, a)}, old, 3, nil},
		"length and range differ": {[]http.HandlerFunc{first(a), partial(rest, old[half:half+9], "Content-Length", "9"), full(old, a)}, old, 3, nil},
		"multipart":               {[]http.HandlerFunc{first(a), partial(rest, old[half:], "Content-Type", "multipart/byteranges; boundary=x"), full(old, a)}, old, 3, nil},
		"short":                   {[]http.HandlerFunc{first(a), partial(fmt.Sprintf("bytes %d-%d/%d", half, half+999, size), old[half:half+1000]), full(old, a)}, old, 3, nil},
		"short, total not said":   {[]http.HandlerFunc{first(a), partial(fmt.Sprintf("bytes %d-%d/*", half, half+999), old[half:half+1000]), full(old, a)}, old, 3, nil},
		"shorter than it says":    {[]http.HandlerFunc{first(a), partial(rest, old[half:half+1000]), full(old, a)}, old, 3, nil},
		"416":                     {[]http.HandlerFunc{first(a), say(416, ""), full(old, a)}, old, 3, nil},
		"416 of another size": {[]http.HandlerFunc{first(a), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", half))
			w.WriteHeader(416)
		}, full(old, a)}, old, 3, nil},
		"another file without ETag": {[]http.HandlerFunc{first(a), partial(rest, young[half:]), full(young, nil)}, young, 4, nil},
		"ETag forgotten":            {[]http.HandlerFunc{first(a), partial(rest, old[half:]), full(old, nil)}, old, 3, nil},
		"never a range":             {[]http.HandlerFunc{first(a), partial("bytes 5-6/7", []byte("xx")), first(a), all(old)}, old, 4, nil},
		"changes again and again": {[]http.HandlerFunc{first(a), partial(rest, young[half:], "ETag", `"b"`), first(a), partial(rest, young[half:], "ETag", `"c"`),
			first(a), partial(rest, young[half:], "ETag", `"d"`)}, nil, 6, ErrAnswer},
		"portal":       {[]http.HandlerFunc{first(a), say(200, "<html>log in</html>")}, nil, 2, ErrAnswer},
		"packed":       {[]http.HandlerFunc{first(a), partial(rest, old[half:], "Content-Encoding", "gzip")}, nil, 2, ErrAnswer},
		"no more":      {[]http.HandlerFunc{first(a), say(404, "")}, nil, 2, ErrNotFound},
		"far too much": {[]http.HandlerFunc{first(nil), partial(fmt.Sprintf("bytes %d-%d/%d", half-1024, MaxZip, MaxZip+1), nil)}, nil, 3, ErrTooLarge},
	} {
		url, asked := inTurn(t, c.list...)
		dir := t.TempDir()
		p, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: dir})
		if *asked > c.most {
			t.Errorf("%s: %d requests", name, *asked)
		}
		if c.kind != nil {
			if wantKind(t, err, c.kind); p != nil {
				t.Errorf("%s: %+v", name, p)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same(t, p, c.want)
	}
}

// A byte that is flipped in a later piece is seen by whoever knows the sum, and by nobody else: Pieces says that a
// clean start may help, and it does.
func TestFlippedByte(t *testing.T) {
	data := zipLike(200<<10, 1)
	flipped := bytes.Clone(data)
	flipped[180<<10] ^= 1
	first := &shop{data: data, cut: func(int) int64 { return 100 << 10 }}
	url, _ := inTurn(t, first.ServeHTTP, (&shop{data: flipped}).ServeHTTP, (&shop{data: data}).ServeHTTP)
	p, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if err != nil || p.Pieces != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	if same(t, p, flipped); sha256.Sum256(data) == sha256.Sum256(flipped) {
		t.Error("nothing was flipped")
	}
	if p, err = p.Restart(t.Context()); err != nil || p.Pieces != 1 || p.Kept != 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	same(t, p, data)
}

// What an earlier run has left and is wrong where nothing is compared is seen by its sum, and fetched anew, once. What is right
// stays until the end, for who is killed before it.
func TestProved(t *testing.T) {
	data := zipLike(200<<10, 1)
	s := &shop{data: data, cut: func(n int) int64 { return []int64{100 << 10, 0}[min(n, 1)] }}
	url, dir := serve(t, s.ServeHTTP), t.TempDir()
	path := leftover(t, url, dir)
	more := bytes.Clone(data[100<<10 : 150<<10])
	more[100] ^= 1
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.Write(more)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	s.sent.Store(0)
	s.cut = nil
	bring := func(c *Client, to string) error {
		return c.Proved(dir, nil)(t.Context(), example, "zip", "", to, func(file string) error {
			if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, data) {
				return errors.New("it is wrong")
			}
			return nil
		})
	}
	for n := range 3 {
		c, to := downloader(t, url), filepath.Join(dir, fmt.Sprint("to", n))
		if err := bring(c, to); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(to); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if sent := s.sent.Load(); n < 2 && (sent < 250<<10 || sent > 251<<10) {
			t.Errorf("%d bytes were sent by now", sent) // the last 50 KiB, and all of it
		} else if n == 2 && sent < 450<<10 {
			t.Error("it was still there")
		}
		if n == 1 {
			c.Close()
			if c.Close(); len(names(t, dir)) != 2 { // what was handed over
				t.Errorf("%q", names(t, dir))
			}
		}
	}
}

// A page instead of the rest takes nothing away: the rest comes when the proxy is one again.
func TestPortalTakesNothing(t *testing.T) {
	data := zipLike(200<<10, 1)
	s := &shop{data: data, head: map[string]string{"ETag": `"a"`}, cut: func(n int) int64 { return []int64{150 << 10, -1}[min(n, 1)] }}
	url, _ := inTurn(t, s.ServeHTTP, say(200, "<html>"), s.ServeHTTP)
	dir := t.TempDir()
	_, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: dir})
	wantKind(t, err, ErrAnswer)
	p, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if same(t, p, data); p.Kept != 150<<10 || p.Fetched != 50<<10 || s.ranges[1] != `bytes=153600- if "a"` {
		t.Errorf("%+v, %q", p, s.ranges)
	}
}

// A chunked answer that is cut at any byte of its beginning is tried again; a short one that is whole is no zip.
func TestCutAtTheBeginning(t *testing.T) {
	data := zipLike(5000, 1)
	for k := range 6 {
		url, _ := inTurn(t, func(w http.ResponseWriter, r *http.Request) {
			w.Write(data[:k])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, (&shop{data: data}).ServeHTTP)
		p, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
		if err != nil {
			t.Fatalf("cut at %d: %v", k, err)
		}
		same(t, p, data)
		_, err = downloader(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte("PK\x03\x05no")[:k])
			w.(http.Flusher).Flush()
		})).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
		wantKind(t, err, ErrAnswer)
	}
}

// Without a length an answer ends where the connection does: a zip is whole if its end is there.
func TestNoLength(t *testing.T) {
	data := zipLike(100<<10, 1)
	head := "HTTP/1.0 200 OK\r\n\r\n"
	p, err := downloader(t, raw(t, head+string(data), false)).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	same(t, p, data)
	_, err = downloader(t, raw(t, head+string(data[:90<<10]), false)).Download(t.Context(), example, Downloads{Dir: t.TempDir()})
	wantKind(t, err, ErrNetwork)
}

// Bodies, headers and lengths that never end do end here, and nothing of them stays.
func TestEndless(t *testing.T) {
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		x    Ext
		kind error
	}{
		"mod": {func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, io.LimitReader(forever("module x\n"), 1<<30))
		}, ExtMod, ErrTooLarge},
		"info": {func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, io.LimitReader(forever("{"), 1<<30))
		}, ExtInfo, ErrTooLarge},
		"header": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 100<<10))
		}, ExtZip, ErrNetwork},
	} {
		dir := t.TempDir()
		s := &counting{h: c.h}
		_, err := downloader(t, serve(t, s.ServeHTTP)).Download(t.Context(), example, Downloads{Dir: dir, Ext: c.x})
		if wantKind(t, err, c.kind); s.n.Load() > c.x.limit()+16<<20 { // what the kernel buffers
			t.Errorf("%s: %d bytes", name, s.n.Load())
		}
		empty(t, dir)
	}
}

// forever repeats a text.
func forever(s string) io.Reader {
	return readerFunc(func(b []byte) (int, error) { return copy(b, s), nil })
}

// counting counts what is written.
type counting struct {
	h http.HandlerFunc
	n atomic.Int64
}

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.n.Store(0)
	c.h(&counter{w, c}, r)
}

type counter struct {
	http.ResponseWriter
	c *counting
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.c.n.Add(int64(n))
	return n, err
}
