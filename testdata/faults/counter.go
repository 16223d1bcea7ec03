//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/sys/unix"

	"godoctor/scan/cachetest"
)

// A counter is the proxy of a machine: it sends zips slowly, and counts what it has sent.
type counter struct {
	url  string
	slow atomic.Bool
	etag atomic.Bool // else there is only a date

	mu    sync.Mutex
	proxy *cachetest.Proxy
	files map[string]*sent // by path, of zips
	bytes atomic.Int64     // of zips
}

// sent is what was sent of a zip.
type sent struct {
	requests, broken int
	bytes, size      int64
}

// A slow counter sends a chunk at a time, 2 MB a second for each connection.
const chunk, every = 4 << 10, 2 * time.Millisecond

// newCounter starts one, which is GOPROXY of the machine from then on.
func newCounter(m *cachetest.Machine, known []cachetest.Module) (*counter, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &counter{url: "http://" + ln.Addr().String(), files: make(map[string]*sent)}
	if err := c.open(m, known); err != nil {
		return nil, err
	}
	go http.Serve(ln, c) // until this program ends
	return c, nil
}

// open serves the tree that the machine has now. Its checksum database knows the modules in the order in which their signed
// records were installed: another order would be another tree.
func (c *counter) open(m *cachetest.Machine, known []cachetest.Module) error {
	c.forget()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proxy != nil {
		if err := c.proxy.Close(); err != nil {
			return err
		}
	}
	var err error
	if c.proxy, err = m.Serve(); err != nil {
		return err
	}
	m.GOPROXY = c.url
	for _, mod := range known {
		escaped, err := module.EscapePath(mod.Path)
		if err != nil {
			return err
		}
		answer := httptest.NewRecorder()
		c.proxy.ServeHTTP(answer, httptest.NewRequest("GET", "/sumdb/"+cachetest.SumDBName+"/lookup/"+escaped+"@"+mod.Version, nil))
		if answer.Code != http.StatusOK {
			return fmt.Errorf("the checksum database has no %s: %s", mod, answer.Body)
		}
	}
	c.proxy.Forget()
	return nil
}

func (c *counter) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.files)
	c.bytes.Store(0)
}

// ServeHTTP answers as the proxy does.
func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	proxy := c.proxy
	if !strings.HasSuffix(r.URL.Path, ".zip") {
		c.mu.Unlock()
		proxy.ServeHTTP(w, r)
		return
	}
	f := c.files[r.URL.Path]
	if f == nil {
		f = &sent{size: -1}
		c.files[r.URL.Path] = f
	}
	f.requests++
	c.mu.Unlock()
	if c.etag.Load() {
		w.Header().Set("ETag", `"`+r.URL.Path+`"`)
	}
	out := &slowly{ResponseWriter: w, c: c, f: f, gone: r.Context().Done()}
	proxy.ServeHTTP(out, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if out.err != nil {
		f.broken++
	}
}

// slowly writes a little at a time, and counts it.
type slowly struct {
	http.ResponseWriter
	c    *counter
	f    *sent
	gone <-chan struct{}
	err  error
}

var errGone = errors.New("nobody is there any more")

func (s *slowly) Write(p []byte) (n int, err error) {
	for len(p) > 0 && s.err == nil {
		k := min(len(p), chunk)
		s.c.mu.Lock()
		s.f.bytes += int64(k)
		s.c.mu.Unlock()
		s.c.bytes.Add(int64(k))
		if _, s.err = s.ResponseWriter.Write(p[:k]); s.err == nil {
			s.err = http.NewResponseController(s.ResponseWriter).Flush()
		}
		n, p = n+k, p[k:]
		if s.c.slow.Load() {
			select {
			case <-s.gone:
				s.err = errGone
			case <-time.After(every):
			}
		}
	}
	return n, s.err
}

// buffers are how much the system keeps of a connection at each end, in bytes: what was sent and not read when somebody is
// killed.
const buffers = 16 << 10

// ownNetwork makes the network of this program ready: a name space of its own, with nothing in it but loopback, whose
// connections buffer little. It refuses the network of the machine.
func ownNetwork() error {
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		return err
	}
	if list, err := net.Interfaces(); err != nil || len(list) > 1 && lo.Flags&net.FlagUp != 0 {
		return fmt.Errorf("this is no network name space of its own: bash .ci/faults makes one: %w", errors.Join(err, errors.ErrUnsupported))
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	ifr, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	ifr.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	err = unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, ifr)
	for _, name := range []string{"rmem", "wmem"} {
		err = errors.Join(err, os.WriteFile("/proc/sys/net/ipv4/tcp_"+name, fmt.Appendf(nil, "4096 %d %d\n", buffers, buffers), 0))
	}
	return err
}
