package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Pipes are a network in memory, for which the time of a bubble counts.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	a, b := net.Pipe()
	select {
	case p.conns <- b:
		return a, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// timed runs a test in a bubble, with a client whose time-outs and waits are the real ones.
func timed(t *testing.T, h http.HandlerFunc, do func(t *testing.T, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		net := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		s := &http.Server{Handler: h}
		go s.Serve(net) // ends with Close
		c := New(settings(t, "GOPROXY=http://proxy.test"), Options{})
		c.first.DialContext = net.dial
		c.room = func(string) (Room, error) { return Room{}, errors.ErrUnsupported }
		do(t, c)
		c.Close()
		s.Close()
		time.Sleep(time.Minute) // for handlers that sleep
	})
}

// A log is when the requests came.
type log struct {
	mu    sync.Mutex
	times []time.Time
}

func (l *log) note(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		l.times = append(l.times, time.Now())
		l.mu.Unlock()
		h(w, r)
	}
}

// waits are the times between the requests.
func (l *log) waits() (list []time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := 1; i < len(l.times); i++ {
		list = append(list, l.times[i].Sub(l.times[i-1]))
	}
	return list
}

// Who sends nothing is left after 30 seconds, who sends next to nothing after a minute, and what came is kept.
func TestStallsAreSeen(t *testing.T) {
	data := zipLike(100<<10, 1)
	for name, c := range map[string]struct {
		sends func(w http.ResponseWriter, r *http.Request)
		after time.Duration
	}{
		"no header": {func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 30 * time.Second},
		"no body": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, 30 * time.Second},
		"half": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			w.Write(data[:50<<10])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, 30 * time.Second},
		"a byte a second": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			for i := 0; r.Context().Err() == nil; i++ {
				w.Write(data[i : i+1])
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			asked, start := 0, time.Time{}
			timed(t, func(w http.ResponseWriter, r *http.Request) {
				if asked++; asked == 1 {
					c.sends(w, r)
					return
				}
				if d := time.Since(start); d < c.after || d > c.after+backoffFirst+time.Second {
					t.Errorf("asked again after %v", d)
				}
				(&shop{data: data}).ServeHTTP(w, r)
			}, func(t *testing.T, cl *Client) {
				start = time.Now()
				p, err := cl.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
				if err != nil {
					t.Fatal(err)
				}
				if same(t, p, data); name == "half" && p.Fetched > 51<<10+50<<10 {
					t.Errorf("%+v", p)
				}
			})
		})
	}
}

// A server that is down is asked six times with growing waits, and then it is left alone for half a minute: not asked again and
// again. Nothing takes longer than five minutes.
func TestStorm(t *testing.T) {
	var l log
	timed(t, l.note(say(500, "no")), func(t *testing.T, c *Client) {
		start := time.Now()
		_, err := c.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
		if e := wantKind(t, err, ErrStatus); e.Status != 500 {
			t.Errorf("%+v", e)
		}
		w := l.waits()
		if len(w) != 5 || w[4] < breakFirst {
			t.Fatalf("waits %v", w)
		}
		for i, d := range w[:4] {
			if d > backoffFirst<<i+time.Second/10 {
				t.Errorf("wait %d: %v", i, d)
			}
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("it took %v", took)
		}
		if h := c.Hosts(); len(h) != 1 || h[0].Breaker != Opened || h[0].Host != "proxy.test:80" || time.Until(h[0].Until) > time.Minute {
			t.Errorf("%+v", h)
		}
	})
}

// Many files behind a host that is down: one request an interval once the breaker is open, and an end.
func TestStormOfMany(t *testing.T) {
	var l log
	timed(t, l.note(say(502, "no")), func(t *testing.T, c *Client) {
		q := NewQueue(c, QueueOptions{Dir: t.TempDir()})
		for i := range 300 {
			m := example
			m.Version = fmt.Sprintf("v1.0.%d", i)
			q.Add(Item{Module: m})
		}
		start := time.Now()
		if err := q.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p := q.Picture(); p.Counts[Failed] != 300 {
			t.Errorf("%v", p.Counts)
		}
		w := l.waits()
		if len(w) > 20 || time.Since(start) > 15*time.Minute {
			t.Errorf("%d requests in %v", len(w)+1, time.Since(start))
		}
		// Those under way when the breaker opens are at most eight; from the first probe on each waits.
		probes := slices.IndexFunc(w, func(d time.Duration) bool { return d >= breakFirst })
		if probes < 0 || probes > 8 {
			t.Fatalf("the first probe is request %d: %v", probes, w)
		}
		for i, d := range w[probes:] {
			if d < breakFirst {
				t.Errorf("probe %d came %v after the one before", i, d)
			}
		}
	})
}

// A server says when it wants to be asked again. It is heard, for two minutes at most, and never asked at once.
func TestRetryAfterIsObeyed(t *testing.T) {
	for _, c := range []struct {
		status int
		after  string
		least  time.Duration
		most   time.Duration
	}{
		{503, "0", 0, backoffFirst}, {503, "5", 5 * time.Second, 6 * time.Second}, {429, "5", 5 * time.Second, 6 * time.Second}, {503, "1000000000", maxAfter, maxAfter + time.Second},
		{503, "Sat, 01 Jan 2000 00:01:00 GMT", time.Minute, time.Minute + time.Second}, {503, "garbage", 0, backoffFirst}, {503, "-1", 0, backoffFirst}, {429, "", 0, backoffFirst},
		{500, "60", 0, backoffFirst}, {408, "", 0, backoffFirst}, {425, "", 0, backoffFirst},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.after), func(t *testing.T) {
			var l log
			data := zipLike(5000, 1)
			timed(t, l.note(func(w http.ResponseWriter, r *http.Request) {
				if len(l.times) > 1 {
					w.Write(data)
					return
				}
				w.Header().Set("Retry-After", c.after)
				w.WriteHeader(c.status)
			}), func(t *testing.T, cl *Client) {
				p, err := cl.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
				if err != nil {
					t.Fatal(err)
				}
				same(t, p, data)
				if d := l.waits()[0]; d < c.least || d > c.most+100*time.Millisecond {
					t.Errorf("asked again after %v", d)
				}
			})
		})
	}
}

// Whoever says 503 and asks for two minutes again and again is given up after five.
func TestNotForEver(t *testing.T) {
	var l log
	timed(t, l.note(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(503)
	}), func(t *testing.T, c *Client) {
		start := time.Now()
		_, err := c.Download(t.Context(), example, Downloads{Dir: t.TempDir()})
		if e := wantKind(t, err, ErrStatus); e.Status != 503 || time.Since(start) > retryWithin {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if n := len(l.waits()); n != 2 {
			t.Errorf("%d requests", n+1)
		}
		start = time.Now() // somebody else's file
		if _, err = c.Download(t.Context(), example, Downloads{Dir: t.TempDir()}); time.Since(start) > retryWithin {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// A host that says 429 gets fewer at a time, and more again when it goes well; more than four never.
func TestAtATime(t *testing.T) {
	data := zipLike(5000, 1)
	var mu sync.Mutex
	busy, most, refusing := 0, 0, true
	timed(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		busy++
		most = max(most, busy)
		no := refusing
		mu.Unlock()
		time.Sleep(time.Second)
		mu.Lock()
		busy--
		mu.Unlock()
		if no {
			w.WriteHeader(429)
			return
		}
		w.Write(data)
	}, func(t *testing.T, c *Client) {
		q := NewQueue(c, QueueOptions{Dir: t.TempDir(), Workers: 20})
		for i := range 60 {
			m := example
			m.Version = fmt.Sprintf("v1.0.%d", i)
			q.Add(Item{Module: m})
		}
		time.AfterFunc(1500*time.Millisecond, func() {
			mu.Lock()
			defer mu.Unlock()
			if most != hostAtATime {
				t.Errorf("%d at a time", most)
			}
			refusing, most = false, 0
		})
		var least, now atomic.Int64
		time.AfterFunc(2500*time.Millisecond, func() { least.Store(int64(c.Hosts()[0].Limit)) })
		time.AfterFunc(10*time.Second, func() { now.Store(int64(c.Hosts()[0].Limit)) })
		if err := q.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if p := q.Picture(); p.Counts[Finished] != 60 || least.Load() != 1 || now.Load() < 3 || most > hostAtATime {
			t.Errorf("%v; a limit of %d, then %d; %d at a time", p.Counts, least.Load(), now.Load(), most)
		}
	})
}

// A breaker that is open lets one through, whose end decides, and stays open longer when it was in vain.
func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Settings{}, Options{})
		h := c.host("x")
		far := time.Now().Add(time.Hour)
		quiet := func(time.Time) {}
		for range breakAfter {
			if probe, err := h.enter(t.Context(), far, quiet); probe || err != nil {
				t.Fatal(probe, err)
			}
			h.exit(false, wentWrong, 0)
		}
		for _, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute} {
			start := time.Now()
			if _, err := h.enter(t.Context(), start.Add(want-1), quiet); !errors.Is(err, ErrHost) {
				t.Fatalf("%v", err)
			}
			probe, err := h.enter(t.Context(), far, quiet)
			if !probe || err != nil || time.Since(start) != want {
				t.Fatalf("%v %v after %v", probe, err, time.Since(start))
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			if _, err := h.enter(ctx, far, quiet); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a second probe: %v", err)
			}
			cancel()
			h.exit(true, wentWrong, 0)
		}
		if s := h.state(); s.Breaker != Opened || time.Until(s.Until) != 4*time.Minute {
			t.Errorf("%+v", s)
		}
		if _, err := h.enter(t.Context(), far, quiet); !errors.Is(err, ErrHost) {
			t.Errorf("waiting for a host that is down: %v", err)
		}
		time.Sleep(4 * time.Minute)
		probe, err := h.enter(t.Context(), far, quiet)
		if !probe || err != nil || h.state().Breaker != Probe {
			t.Fatal(probe, err)
		}
		h.exit(true, wentWell, 0)
		if s := h.state(); s.Breaker != Closed || s.Fails != 0 {
			t.Errorf("%+v", s)
		}
		h.exit(false, throttled, 0)
		if _, err := h.enter(t.Context(), far, quiet); err != nil {
			t.Error(err)
		}
	})
}
