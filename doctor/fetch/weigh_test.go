package fetch

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// How large a file is, is known from the first byte, from a proxy that knows no ranges, and from a file; no body is read.
func TestWeigh(t *testing.T) {
	body := strings.Repeat("x", 1<<20)
	ranges := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "v1.0.0.zip", time.Time{}, strings.NewReader(body))
	})
	endless := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(1<<30>>2))
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte(body)); err != nil {
				return
			}
		}
	})
	chunked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		w.Write([]byte("x"))
	})
	dir := t.TempDir()
	file := filepath.Join(dir, "example.invalid", "!mod", "@v", "v1.0.0.zip")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte("1234"), 0o666)); err != nil {
		t.Fatal(err)
	}
	none := serve(t, say(404, "not found"))
	for list, want := range map[string]int64{ranges: 1 << 20, endless: 1 << 28, chunked: -1, "file://" + filepath.ToSlash(dir): 4,
		none + "," + ranges: 1 << 20} {
		w, err := client(t, list).Weigh(t.Context(), example, ExtZip)
		if err != nil || w.Bytes != want || !strings.HasSuffix(list, w.Proxy) {
			t.Errorf("%s: %+v %v, want %d", list, w, err, want)
		}
	}
}

// What is no answer is none.
func TestWeighRefuses(t *testing.T) {
	answer := func(status int, headers ...string) string {
		return serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(status)
			w.Write([]byte("x"))
		})
	}
	for list, want := range map[string]error{
		answer(404): ErrNotFound, answer(403): ErrRefused, answer(500): ErrStatus,
		answer(206, "Content-Range", "bytes 0-0"):                      ErrAnswer,
		answer(206, "Content-Range", "bytes 0-0/99999999999"):          ErrTooLarge,
		answer(200, "Content-Encoding", "gzip", "Content-Length", "1"): ErrAnswer,
		"http://user:secret@127.0.0.1:1":                               ErrSettings,
		"off":                                                          ErrOffline,
		"direct":                                                       ErrDirect,
	} {
		if _, err := client(t, list).Weigh(t.Context(), example, ExtZip); !errors.Is(err, want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %v", list, err, want)
		}
	}
	if _, err := client(t, "off").Weigh(t.Context(), example, ".exe"); !errors.Is(err, ErrSettings) {
		t.Error(err)
	}
}
