package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// leftover makes what a run leaves whose download was cut at n bytes: the part file and its sidecar.
func leftover(t *testing.T, url, dir string) (path string) {
	t.Helper()
	c := downloader(t, url)
	c.settings.Proxies[0].OnAnyError = true
	_, err := c.Download(t.Context(), example, Downloads{Dir: dir})
	wantKind(t, err, ErrNetwork)
	for _, name := range names(t, dir) {
		if !strings.HasSuffix(name, ".json") {
			path = filepath.Join(dir, name)
		}
	}
	return path
}

// A process may die, and a machine may lose its power, at any moment: the sidecar and the part file are then torn anywhere, and
// each may be lost, old, or full of zeros. What is good of them is used, and what comes is right.
func TestTorn(t *testing.T) {
	const size, half = 6000, 3000
	data := zipLike(size, 1)
	s := &shop{data: data, head: map[string]string{"ETag": `"a"`}}
	url := serve(t, s.ServeHTTP)
	from := t.TempDir()
	s.cut = func(n int) int64 { return []int64{half, 0}[min(n, 1)] }
	path := leftover(t, url, from)
	body, err1 := os.ReadFile(path)
	side, err2 := os.ReadFile(path + sidecarEnd)
	if err := errors.Join(err1, err2); err != nil || len(body) != half || bytes.Contains(side, []byte(from)) {
		t.Fatalf("%d bytes, %s, %v", len(body), side, err)
	}
	s.cut = nil
	c, dir := downloader(t, url), t.TempDir()
	check := func(what string, body, side []byte, most int64) {
		t.Helper()
		at := filepath.Join(dir, filepath.Base(path))
		if body != nil {
			err1 = os.WriteFile(at, body, 0o600)
		}
		if side != nil {
			err2 = os.WriteFile(at+sidecarEnd, side, 0o600)
		}
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		before := s.sent.Load()
		p, err := c.Download(t.Context(), example, Downloads{Dir: dir})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		same(t, p, data)
		if sent := s.sent.Load() - before; sent > most {
			t.Errorf("%s: %d bytes were sent, at most %d were to", what, sent, most)
		}
		if err := p.Remove(); err != nil {
			t.Error(err)
		}
		empty(t, dir)
	}
	check("whole", body, side, size-half)
	for k := range side {
		check(fmt.Sprintf("sidecar cut at %d", k), body, side[:k], size)
		if k%11 > 0 {
			continue
		}
		wrong := bytes.Clone(side)
		wrong[k] ^= 1
		check(fmt.Sprintf("sidecar wrong at %d", k), body, wrong, size+half) // with another size or ETag an answer more may be of no use
	}
	for k := 0; k < len(body); k += 373 {
		check(fmt.Sprintf("part cut at %d", k), body[:k], side, size)
		wrong := bytes.Clone(body)
		wrong[k] ^= 0x80
		check(fmt.Sprintf("part wrong at %d", k), wrong, side, size)
		check(fmt.Sprintf("zeros from %d", k), append(bytes.Clone(body[:k]), make([]byte, half-k)...), side, size)
	}
	check("no part", nil, side, size)
	check("no sidecar", body, nil, size)
	check("more than the sidecar knows", append(bytes.Clone(body), data[half:half+700]...), side, size-half-700+overlapLeast)
	check("wrong bytes that the sidecar does not know", append(bytes.Clone(body), "xyz"...), side, size+overlapLeast)
	check("zeros that it does not know", append(bytes.Clone(body), make([]byte, 2000)...), side, size-half)
	check("zeros behind what it does not know", append(bytes.Clone(body), append(bytes.Clone(data[half:pageSize]), make([]byte, 1000)...)...), side, size-pageSize+overlapLeast)
	check("too much that it does not know", append(bytes.Clone(body), make([]byte, size)...), side, size-half)
	other := strings.Replace(string(side), "v1.0.0", "v1.0.1", 1)
	check("of another module", body, []byte(other), size)
	check("of another address", body, []byte(strings.Replace(string(side), "http:", "https:", 1)), size)
}

// Of a part of several blocks the good ones are used, up to the first that is not.
func TestBlocks(t *testing.T) {
	const size = 2*blockSize + 5000
	data := zipLike(size, 1)
	s := &shop{data: data, head: map[string]string{"ETag": `"a"`}}
	s.cut = func(n int) int64 { return []int64{size - 1000, 0}[min(n, 1)] }
	url := serve(t, s.ServeHTTP)
	dir := t.TempDir()
	path := leftover(t, url, dir)
	s.cut = nil
	for _, c := range []struct{ wrong, kept int64 }{{-1, size - 1000}, {size - 2000, 2 * blockSize}, {blockSize + 7, blockSize}, {3, 0}} {
		body, err1 := os.ReadFile(path)
		side, err2 := os.ReadFile(path + sidecarEnd)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if c.wrong >= 0 {
			body[c.wrong] ^= 1
		}
		elsewhere := t.TempDir()
		at := filepath.Join(elsewhere, filepath.Base(path))
		if err := errors.Join(os.WriteFile(at, body, 0o600), os.WriteFile(at+sidecarEnd, side, 0o600)); err != nil {
			t.Fatal(err)
		}
		p, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: elsewhere})
		if err != nil {
			t.Fatal(err)
		}
		if same(t, p, data); p.Kept != c.kept || p.Fetched != size-c.kept {
			t.Errorf("wrong at %d: %+v", c.wrong, p)
		}
	}
}

// A sum that is wrong, a directory that others may write to, a link or a pipe where the part belongs.
func TestPartsAreOurs(t *testing.T) {
	data := zipLike(5000, 1)
	c := downloader(t, serve(t, (&shop{data: data}).ServeHTTP))
	u := c.settings.Proxies[0].join(escape("example.invalid/!mod"), "@v/v1.0.0.zip")
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Download(t.Context(), example, Downloads{Dir: open}); os.PathSeparator == '/' && !errors.Is(err, ErrDisk) {
		t.Error(err)
	}
	dir := t.TempDir()
	path := partPath(dir, show(u), "")
	victim := filepath.Join(t.TempDir(), "victim")
	if err := errors.Join(os.WriteFile(victim, []byte("mine"), 0o600), os.Symlink(victim, path)); err != nil {
		t.Fatal(err)
	}
	_, err := c.Download(t.Context(), example, Downloads{Dir: dir})
	wantKind(t, err, ErrDisk)
	if b, err := os.ReadFile(victim); string(b) != "mine" {
		t.Errorf("%q, %v", b, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Download(t.Context(), example, Downloads{Dir: dir}); err != nil {
		t.Error(err)
	} else {
		same(t, p, data)
	}
}

// A part that another call holds is waited for, but not long.
func TestPartIsHeld(t *testing.T) {
	data := zipLike(5000, 1)
	timed(t, (&shop{data: data}).ServeHTTP, func(t *testing.T, c *Client) {
		dir := t.TempDir()
		held, err := lockPart(t.Context(), partPath(dir, show(c.settings.Proxies[0].join(escape("example.invalid/!mod"), "@v/v1.0.0.zip")), ""))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = c.Download(t.Context(), example, Downloads{Dir: dir})
		wantKind(t, err, ErrBusy)
		if took := time.Since(start); took < partPatient || took > partPatient+time.Second/10 {
			t.Errorf("after %v", took)
		}
		time.AfterFunc(time.Second, func() { held.Close() })
		p, err := c.Download(t.Context(), example, Downloads{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		same(t, p, data)
	})
}

// Parts of different sums are different, and those that nobody came back for go.
func TestOldParts(t *testing.T) {
	data := zipLike(5000, 1)
	url := serve(t, (&shop{data: data}).ServeHTTP)
	dir := t.TempDir()
	one, err1 := downloader(t, url).Download(t.Context(), example, Downloads{Dir: dir, Sum: "h1:a"})
	two, err2 := downloader(t, url).Download(t.Context(), example, Downloads{Dir: dir, Sum: "h1:b"})
	if err1 != nil || err2 != nil || one.Path == two.Path {
		t.Fatal(one, two, err1, err2)
	}
	old := time.Now().Add(-partOld - time.Hour)
	other := filepath.Join(dir, "other")
	if err := errors.Join(os.WriteFile(other, nil, 0o600), os.Chtimes(other, old, old), os.Chtimes(one.Path, old, old), os.Chtimes(one.Path+sidecarEnd, old, old)); err != nil {
		t.Fatal(err)
	}
	if _, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	_, gone := os.Stat(one.Path)
	_, gone2 := os.Stat(one.Path + sidecarEnd)
	_, err1 = os.Stat(two.Path)
	_, err2 = os.Stat(other)
	if !os.IsNotExist(gone) || !os.IsNotExist(gone2) || err1 != nil || err2 != nil {
		t.Errorf("%v %v %v %v", gone, gone2, err1, err2)
	}
}

// The room on the disk is looked at before a file comes and while it comes; what came is kept.
func TestRoom(t *testing.T) {
	const size = 3000
	s := &shop{data: zipLike(size, 1)}
	c := downloader(t, serve(t, s.ServeHTTP))
	dir := t.TempDir()
	for _, c := range []struct {
		r    Room
		d, u int64
		want bool
	}{
		{Room{roomSlack, -1}, 0, 0, true}, {Room{roomSlack - 1, -1}, 0, 0, false}, {Room{roomSlack + 5*600*2, -1}, 5000, 5000, false}, {Room{roomSlack + 12000, -1}, 5000, 5000, true},
		{Room{1 << 40, 63}, 1, 1, false}, {Room{1 << 40, 64}, 1, 1, true}, {Room{1 << 40, 64}, 1 << 20, fileSize, false},
	} {
		err := c.r.Lacks(c.d, c.u)
		if (err == nil) != c.want || err != nil && !errors.Is(err, ErrSpace) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	c.room = func(string) (Room, error) { return Room{Bytes: roomSlack + 10, Inodes: -1}, nil }
	_, err := c.Download(t.Context(), example, Downloads{Dir: dir})
	e := (*SpaceError)(nil)
	if wantKind(t, err, ErrSpace); !errors.As(err, &e) || e.Free != roomSlack+10 || e.Need < roomSlack+5*size {
		t.Errorf("%+v", e)
	}
	looks := 0
	c.roomEach = 1000
	c.room = func(string) (Room, error) {
		looks++
		return Room{Bytes: roomSlack + int64(looks%2)<<40, Inodes: -1}, nil
	}
	s.cut = func(int) int64 { return 2500 } // so that they come in two
	p, err := c.Download(t.Context(), example, Downloads{Dir: dir})
	if wantKind(t, err, ErrSpace); p != nil || looks != 2 || len(names(t, dir)) != 2 {
		t.Errorf("%+v, looked %d times, there is %v", p, looks, names(t, dir))
	}
	s.cut = nil
	c.room = func(string) (Room, error) { return Room{}, errors.ErrUnsupported }
	if _, err := c.Download(t.Context(), example, Downloads{Dir: dir}); err != nil {
		t.Error(err)
	}
	if r, err := RoomIn(dir); err == nil && r.Bytes <= 0 {
		t.Errorf("%+v", r)
	}
}
