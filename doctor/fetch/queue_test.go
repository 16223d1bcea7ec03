package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/meter"
)

// version is the i-th version of the example.
func version(i int) module.Version {
	return module.Version{Path: example.Path, Version: fmt.Sprintf("v1.0.%d", i)}
}

// Many files come, of all kinds, and some do not; a file that is added twice comes once.
func TestQueue(t *testing.T) {
	data := zipLike(5000, 1)
	var asked atomic.Int64
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		v := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		switch {
		case strings.HasSuffix(v, "3.zip"):
			w.WriteHeader(404)
		case strings.HasSuffix(v, ".zip"):
			w.Write(data)
		case strings.HasSuffix(v, ".mod"):
			w.Write([]byte("module x\n"))
		default:
			fmt.Fprintf(w, `{"Version":%q}`, strings.TrimSuffix(v, ".info"))
		}
	})
	var progress meter.Meter
	var done sync.Map
	q := NewQueue(downloader(t, url), QueueOptions{Dir: t.TempDir(), Progress: &progress, Done: func(id int, p *Part, err error) {
		if _, twice := done.LoadOrStore(id, err); twice || (p == nil) == (err == nil) {
			t.Errorf("%d: %v %v, again %v", id, p, err, twice)
		}
	}})
	if err := q.Run(t.Context()); err != nil {
		t.Error(err)
	}
	for i := range 30 {
		for j, x := range []Ext{ExtZip, ExtMod, ExtInfo} {
			if id := q.Add(Item{Module: version(i), Ext: x, Size: 10}); id != 3*i+j {
				t.Fatalf("id %d", id)
			}
		}
	}
	if id := q.Add(Item{Module: version(1)}); id != 3 {
		t.Errorf("added again: %d", id)
	}
	if p := q.Picture(); p.Counts[Waiting] != 90 || p.Total != 900 || p.Bytes != 0 || !p.Exact || p.Running {
		t.Errorf("%+v", p)
	}
	if err := q.Run(t.Context()); err != nil {
		t.Error(err)
	}
	p := q.Picture()
	if p.Counts[Finished] != 87 || p.Counts[Failed] != 3 || p.Stopped != nil || len(p.Hosts) != 1 || p.Hosts[0].Busy != 0 || asked.Load() != 90 {
		t.Errorf("%v %+v", p.Counts, p.Hosts)
	}
	if s := progress.Sample(); s.Units != 90 || s.Total != 90 || s.Bytes == 0 {
		t.Errorf("%+v", s)
	}
	for id, f := range p.Files {
		part, err := q.Result(id)
		failed := id%3 == 0 && (id/3)%10 == 3
		if err, _ := done.Load(id); (err == error(nil)) == failed && failed {
			t.Errorf("%d: Done was told %v", id, err)
		}
		if f.ID != id || f.Item.Module != version(id/3) || (f.State == Failed) != failed || (f.Err != nil) != failed || (err != nil) != failed || (part == nil) != failed || f.Tries != 1 {
			t.Errorf("%+v %v %v", f, part, err)
		}
	}
	done.Clear()
	q.Retry()
	if err := q.Run(t.Context()); err != nil || asked.Load() != 93 || q.Picture().Counts[Failed] != 3 {
		t.Errorf("again: %v, %d, %v", err, asked.Load(), q.Picture().Counts)
	}
	if _, err := q.Result(-1); err == nil {
		t.Error("a result of nothing")
	}
	q.Pause(-1, 1000)
}

// Files are paused, go on where they were, and are given up, one by one and all together, and each at once.
func TestQueuePauses(t *testing.T) {
	data := zipLike(100<<10, 1)
	var open atomic.Bool
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if open.Load() {
			(&shop{data: data}).ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Write(data[:60<<10])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	q := NewQueue(patient(t, url), QueueOptions{Dir: t.TempDir()}) // no step waits for what is under way, which would not end
	for i := range 10 {
		q.Add(Item{Module: version(i)})
	}
	end := make(chan error, 1)
	go func() { end <- q.Run(t.Context()) }()
	file := func(id int) FileState { return q.Picture().Files[id] }
	until(t, "four under way", func() bool {
		p := q.Picture()
		return p.Counts[Receiving] == 4 && p.Bytes == 4*60<<10 && p.Hosts[0].Busy == 4
	})
	if err := q.Run(t.Context()); err == nil {
		t.Error("two runs at once")
	}
	var at []int // those under way
	for _, f := range q.Picture().Files {
		if f.State == Receiving {
			at = append(at, f.ID)
		}
	}
	q.Pause(at[0])
	until(t, "a pause", func() bool { return file(at[0]).State == Paused })
	q.Cancel(at[1], 9)
	until(t, "a cancel", func() bool { return file(at[1]).State == Canceled && file(9).State == Canceled })
	q.Pause()
	until(t, "all paused", func() bool { return q.Picture().Counts[Paused] == 8 })
	if f := file(at[0]); f.Err != nil || f.Bytes != 60<<10 || f.Total != 100<<10 {
		t.Errorf("%+v", f)
	}
	open.Store(true)
	q.Resume(at[0])
	until(t, "one to end", func() bool { return file(at[0]).State == Finished })
	if p, err := q.Result(at[0]); err != nil || p.Kept != 60<<10 {
		t.Errorf("%+v, %v", p, err)
	} else {
		same(t, p, data)
	}
	q.Resume()
	if err := <-end; err != nil {
		t.Error(err)
	}
	if c := q.Picture().Counts; c[Finished] != 8 || c[Canceled] != 2 {
		t.Errorf("%v", c)
	}
	q.Retry(9)
	if err := q.Run(t.Context()); err != nil || file(9).State != Finished || file(at[1]).State != Canceled {
		t.Error(err, q.Picture().Counts)
	}
}

// When ctx ends so does Run, at once, and another Run goes on.
func TestQueueStopped(t *testing.T) {
	data := zipLike(100<<10, 1)
	var open atomic.Bool
	var asked atomic.Int64
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1); !open.Load() {
			<-r.Context().Done()
		}
		w.Write(data)
	})
	q := NewQueue(patient(t, url), QueueOptions{Dir: t.TempDir()})
	for i := range 10 {
		q.Add(Item{Module: version(i)})
	}
	why := errors.New("a signal")
	ctx, cancel := context.WithCancelCause(t.Context())
	end := make(chan error, 1)
	go func() { end <- q.Run(ctx) }()
	until(t, "some under way", func() bool { return asked.Load() == hostAtATime })
	cancel(why)
	// Who hears of it first makes room for who has not heard of it yet; nobody is asked twice.
	if err := got(t, "the end", end); err != why || asked.Load() < hostAtATime || asked.Load() > 10 {
		t.Errorf("%v after %d requests", err, asked.Load())
	}
	if p := q.Picture(); p.Counts[Waiting] != 10 || p.Running {
		t.Errorf("%v", p.Counts)
	}
	open.Store(true)
	if err := q.Run(t.Context()); err != nil || q.Picture().Counts[Finished] != 10 {
		t.Error(err)
	}
}

// Without a network nothing is tried twice, nor waited for, and all waits.
func TestQueueOffline(t *testing.T) {
	timed(t, (&shop{data: zipLike(5000, 1)}).ServeHTTP, queueOffline)
}

func queueOffline(t *testing.T, c *Client) {
	var dials atomic.Int64
	var online atomic.Bool
	dial := c.first.DialContext
	c.first.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if online.Load() {
			return dial(ctx, network, addr)
		}
		dials.Add(1)
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "server misbehaving", Name: "x", IsTemporary: true}}
	}
	q := NewQueue(c, QueueOptions{Dir: t.TempDir()})
	for i := range 100 {
		q.Add(Item{Module: version(i)})
	}
	start := time.Now()
	err := q.Run(t.Context())
	if !errors.Is(err, ErrNoNetwork) || time.Since(start) != 0 || dials.Load() > hostAtATime*2 {
		t.Errorf("%v after %v, %d dials", err, time.Since(start), dials.Load())
	}
	p := q.Picture()
	told := 0
	for _, f := range p.Files {
		if f.Err != nil {
			told++
		}
	}
	if p.Counts[Paused] != 100 || !errors.Is(p.Stopped, ErrNoNetwork) || told < 1 || told > hostAtATime*2 || p.Hosts[0].Breaker != Closed {
		t.Errorf("%v, stopped %v, %d were told, %+v", p.Counts, p.Stopped, told, p.Hosts)
	}
	online.Store(true)
	q.Resume()
	if err := q.Run(t.Context()); err != nil || q.Picture().Counts[Finished] != 100 {
		t.Errorf("%v %v", err, q.Picture().Counts)
	}
	if isOffline(&net.DNSError{IsNotFound: true}) || isOffline(errors.New("x")) || isOffline(nil) {
		t.Error("offline for no reason")
	}
}

// A disk that gets full stops the queue, and what came is kept.
func TestQueueFull(t *testing.T) {
	data := zipLike(50<<10, 1)
	url := serve(t, (&shop{data: data}).ServeHTTP)
	c := downloader(t, url)
	dir := t.TempDir()
	var free atomic.Int64
	c.room = func(string) (Room, error) { return Room{Bytes: free.Load(), Inodes: -1}, nil }
	q := NewQueue(c, QueueOptions{Dir: dir})
	for i := range 10 {
		q.Add(Item{Module: version(i), Size: 50 << 10})
	}
	free.Store(roomSlack + 1<<20)
	if err := q.Run(t.Context()); !errors.Is(err, ErrSpace) || q.Picture().Counts[Paused] != 10 {
		t.Errorf("before: %v, %v", err, q.Picture().Counts)
	}
	empty(t, dir)
	looks := 0
	c.room = func(string) (Room, error) {
		if looks++; looks > 4 {
			return Room{Bytes: roomSlack, Inodes: -1}, nil
		}
		return Room{Bytes: 1 << 50, Inodes: -1}, nil
	}
	q.o.Workers = 1
	q.Resume()
	if err := q.Run(t.Context()); !errors.Is(err, ErrSpace) {
		t.Error(err)
	}
	if p := q.Picture(); p.Counts[Finished] != 3 || p.Counts[Paused] != 7 {
		t.Errorf("%v", p.Counts)
	}
	looks = -1000
	q.Resume()
	if err := q.Run(t.Context()); err != nil || q.Picture().Counts[Finished] != 10 {
		t.Errorf("%v %v", err, q.Picture().Counts)
	}
}
