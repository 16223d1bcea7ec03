//go:build linux && amd64

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// noNetwork starts a program in a network name space with nothing in it (unshare -n): not even loopback is up.
var noNetwork = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}

// lab lets godoctor repair mend every row of the damage laboratory, by its named finding and by --all, and without any network
// where none is needed.
func lab(s *suite) error {
	worlds := make([]*clinic, min(4, runtime.NumCPU()))
	for i := range worlds {
		var err error
		if worlds[i], err = newClinic(&s.tools, filepath.Join(s.dir, fmt.Sprint(i)), 3, func(int, map[string]string) {}); err != nil {
			return err
		}
	}
	if r := worlds[0].run(worlds[0].environ(), worlds[0].dir, noNetwork, worlds[0].tools.gocmd, "version"); r.code != 0 {
		return fmt.Errorf("there is no starting programs without a network here: %s", r)
	}
	points := s.some(2*len(damages), 16)
	var mu sync.Mutex
	off := 0
	var wg sync.WaitGroup
	next := make(chan int)
	for _, c := range worlds {
		wg.Go(func() {
			for p := range next {
				d := damages[(p-1)/2]
				s.ran()
				s.check(fmt.Sprintf("%s, by its name: %v", d.name, p%2 == 0), c.mends(d, p%2 == 0))
				if mu.Lock(); !d.online {
					off++
				}
				mu.Unlock()
			}
		})
	}
	for _, p := range points {
		next <- p
	}
	close(next)
	wg.Wait()
	if s.seconds >= fullRun {
		s.ran()
		s.check("a zip without end", worlds[0].endless())
	}
	s.say("%d of %d rows and ways, %d of them without any network", len(points), 2*len(damages), off)
	return nil
}

// mends says why a damage is not mended as it has to be.
func (c *clinic) mends(d *damage, named bool) string {
	err := c.anew()
	if err == nil {
		err = c.hurt(c.sick[0], d)
	}
	if err != nil {
		return err.Error()
	}
	found := c.doctor("verify", "--json")
	if got, err := checksIn(found.out); err != nil || !same(got, strings.Fields(d.finding)) && !strings.HasPrefix(d.finding, "gosum") {
		return fmt.Sprintf("verify finds %q, want %q: %v", got, d.finding, err)
	}
	args := []string{"--all"}
	if named {
		args = strings.Fields(d.finding)
	}
	if !d.online {
		if r := c.repair(noNetwork, args...); r.code != 0 {
			return "without a network: " + r.String()
		}
		return c.healthy(noNetwork)
	}
	was, err := c.modules()
	if err != nil {
		return err.Error()
	}
	r := c.repair(noNetwork, args...)
	is, err := c.modules()
	if diff := differ(was, is); r.code == 0 || r.crashed() || diff != "" || err != nil || r.took > 15*time.Second {
		return fmt.Sprintf("without a network it takes %v, and changes something: %s: %v, %s", r.took, diff, err, r)
	}
	if r := c.repair(nil, args...); r.code != 0 {
		return "with a network: " + r.String()
	}
	return c.healthy(noNetwork)
}

// endless lets the proxy send a zip that does not end: the largest that is taken, and what the system buffers, at most, and nothing of
// it stays.
func (c *clinic) endless() string {
	const most = 500<<20 + 4<<20
	err := c.anew()
	if err == nil {
		err = c.hurt(c.sick[0], damages[5])
	}
	was, err2 := c.modules()
	if err = errors.Join(err, err2); err != nil {
		return err.Error()
	}
	var longest atomic.Int64
	c.proxy.proxy.Hook(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, ".zip") {
			return false
		}
		w.(*slowly).c = &counter{} // it is not to be counted as what a zip takes
		n, _ := w.Write([]byte("PK\x03\x04"))
		for block := make([]byte, 1<<20); ; {
			k, err := w.Write(block)
			if n += k; err != nil {
				break
			}
		}
		longest.Store(max(longest.Load(), int64(n)))
		return true
	})
	r := c.repair(nil, "--all")
	is, err := c.modules()
	parts, _ := filepath.Glob(filepath.Join(c.quarantine(), "staging", "parts", "*"))
	if diff := differ(was, is); r.code == 0 || diff != "" || err != nil || longest.Load() < 400<<20 || longest.Load() > most || len(parts) > 0 {
		return fmt.Sprintf("%d bytes were taken, %q is left: %s, %v: %s", longest.Load(), parts, diff, err, r)
	}
	c.proxy.proxy.Forget()
	if r := c.repair(nil, "--all"); r.code != 0 {
		return r.String()
	}
	return c.healthy(noNetwork)
}

// checksIn are the checks of the findings in a document.
func checksIn(document string) (list []string, err error) {
	var d struct {
		Findings []struct{ Check string }
	}
	if err = json.Unmarshal([]byte(document), &d); err != nil {
		return nil, errors.New(document)
	}
	for _, f := range d.Findings {
		list = append(list, f.Check)
	}
	return list, nil
}

func same(a, b []string) bool { return strings.Join(a, " ") == strings.Join(b, " ") }
