package main

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// faults stand in front of a proxy: every answer waits, and some break off.
type faults struct {
	next    http.Handler
	latency time.Duration
	cut     float64
	seed    uint64

	mu    sync.Mutex
	asked map[string]int

	answers, broken atomic.Int64
}

func (f *faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.answers.Add(1)
	if f.latency > 0 {
		select {
		case <-time.After(f.latency):
		case <-r.Context().Done():
			return
		}
	}
	if lot := f.lot(r.URL.Path); lot < f.cut {
		f.broken.Add(1)
		w = &broken{ResponseWriter: w, share: lot / f.cut}
	}
	f.next.ServeHTTP(w, r)
}

// lot is a number from 0 to 1 for this time that a path is asked for.
func (f *faults) lot(path string) float64 {
	f.mu.Lock()
	if f.asked == nil {
		f.asked = make(map[string]int)
	}
	f.asked[path]++
	n := f.asked[path]
	f.mu.Unlock()
	h := fnv.New64a()
	h.Write([]byte(strconv.FormatUint(f.seed, 10) + " " + strconv.Itoa(n) + " " + path))
	x := h.Sum64() // its last bytes are in its low bits alone: mixed as splitmix64 does
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	x ^= x >> 31
	return float64(x>>11) / (1 << 53)
}

// broken is an answer that breaks off after a share of its body.
type broken struct {
	http.ResponseWriter
	share float64
	done  int64
}

func (w *broken) Write(b []byte) (int, error) {
	size, err := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64)
	if err != nil {
		size = int64(len(b)) // it is written at once
	}
	if left := int64(w.share*float64(size)) - w.done; left < int64(len(b)) {
		w.ResponseWriter.Write(b[:max(left, 0)])
		http.NewResponseController(w.ResponseWriter).Flush()
		panic(http.ErrAbortHandler) // the one way net/http offers to break a connection
	}
	n, err := w.ResponseWriter.Write(b)
	w.done += int64(n)
	return n, err
}
