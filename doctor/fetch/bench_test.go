package fetch

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkQueue downloads 300 module versions with their three files each, from this machine.
func BenchmarkQueue(b *testing.B) {
	data := zipLike(100<<10, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		switch {
		case strings.HasSuffix(v, ".zip"):
			w.Write(data)
		case strings.HasSuffix(v, ".mod"):
			w.Write([]byte("module x\n"))
		default:
			fmt.Fprintf(w, `{"Version":%q}`, strings.TrimSuffix(v, ".info"))
		}
	}))
	defer s.Close()
	for b.Loop() {
		var set Settings
		set.Proxies, set.End, set.Err = parseGOPROXY(s.URL)
		c := New(set, Options{})
		q := NewQueue(c, QueueOptions{Dir: b.TempDir()})
		for i := range 300 {
			for _, x := range []Ext{ExtZip, ExtMod, ExtInfo} {
				q.Add(Item{Module: version(i), Ext: x})
			}
		}
		if err := q.Run(b.Context()); err != nil || q.Picture().Counts[Finished] != 900 {
			b.Fatal(err, q.Picture().Counts)
		}
		c.Close()
	}
}
