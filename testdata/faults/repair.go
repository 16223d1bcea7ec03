//go:build linux && amd64

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/module"
)

// Kills of the part repair.
const repairKills, repairKillsFull = 50, 1000

// lostByKill is how many bytes of a file that is being fetched a kill may cost: what the system had buffered at both ends, what
// the program had read and not yet written, and the chunk that the proxy had just counted.
const lostByKill = 2*buffers + 64<<10 + 4<<10 + chunk

// A tally is what came of many kills.
type tally struct {
	mu                             sync.Mutex
	left, kills, alive, inDownload int
	rounds, broken                 int
	sent, size                     int64
	most, mostPerKill              float64
	get, builds, needFetched       int
}

// repair kills godoctor repair, and godoctor toolchains get, at random moments, over a proxy that is slow.
func repair(s *suite) error {
	t := &tally{left: repairKills}
	if s.seconds >= fullRun {
		t.left = repairKillsFull
	}
	var clinics []*clinic                         // one after the other: the first compiles the standard library for all
	for i := range 1 + min(3, runtime.NumCPU()) { // the proxy is slow
		c, err := newClinic(&s.tools, filepath.Join(s.dir, fmt.Sprint(i)), 6, func(n int, files map[string]string) {
			files["data.txt"] = noise(uint64(n), 200<<10+n*100<<10)
		})
		if err != nil {
			return err
		}
		clinics = append(clinics, c)
	}
	var wg sync.WaitGroup
	errs := make([]error, len(clinics))
	for i, c := range clinics {
		r := rand.New(rand.NewPCG(s.rand.Uint64(), uint64(i)))
		wg.Go(func() {
			for errs[i] == nil && t.more() {
				errs[i] = s.killedRound(c, r, t)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	s.say("%d kills, %d of them while something was fetched, in %d rounds, %d with toolchains get", t.alive, t.inDownload, t.rounds, t.get)
	s.say("%.4f times the size of all zips was sent, at most %.3f of one, %.0f bytes a kill at most of %d", float64(t.sent)/float64(max(1, t.size)), t.most, t.mostPerKill, lostByKill)
	s.say("after a kill go built %d times and had to fetch %d times", t.builds, t.needFetched)
	if t.alive*4 < t.kills || t.inDownload*5 < t.alive {
		s.fault("of %d kills %d came before the end, and %d while something was fetched: this test could not see", t.kills, t.alive, t.inDownload)
	}
	return nil
}

func (t *tally) more() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.left > 0
}

// killedRound damages the machine, kills what mends it a few times, lets it come to its end, and looks.
func (s *suite) killedRound(c *clinic, r *rand.Rand, t *tally) error {
	if err := c.anew(); err != nil {
		return err
	}
	c.proxy.slow.Store(true)
	c.proxy.etag.Store(r.IntN(2) == 0)
	args := []string{"repair", "--yes", "--all"}
	get := r.IntN(5) == 0
	if get {
		args = []string{"toolchains", "get", "-q", "go1.99.1", "--platform", "linux/amd64"}
	} else if err := c.hurtSome(r); err != nil {
		return err
	}
	after := strings.Join(args, " ")
	if what := c.describe(); what != "" {
		after += " (" + what + ")"
	}
	kills := 0
	for alive := true; alive && r.IntN(6) > 0; {
		was := c.proxy.bytes.Load()
		var when string
		var err error
		if alive, when, err = c.killSometime(r, args); err != nil {
			return err
		}
		s.ran()
		t.mu.Lock()
		t.kills++
		if alive {
			t.left--
			t.alive++
			kills++
			if c.proxy.bytes.Load() > was {
				t.inDownload++
			}
		}
		t.mu.Unlock()
		after += ", killed " + when
		if get {
			s.check(after, c.halfTool())
			continue
		}
		s.check(after, c.betweenKills(t))
	}
	s.check(after, c.ended(args))
	if get {
		s.check(after, c.toolWorks())
	} else {
		s.check(after, c.healthy(nil))
	}
	s.check(after, t.weigh(c, kills, get))
	return nil
}

// hurtSome damages most of the modules, each in another way.
func (c *clinic) hurtSome(r *rand.Rand) error {
	how := r.Perm(len(damages))
	for n := 1; n < 4; n++ { // some of them are to be fetched
		for !damages[how[n]].online {
			how[n] = r.IntN(len(damages))
		}
	}
	done := 0
	for n := range c.sick {
		d := damages[how[n]]
		if strings.HasPrefix(d.finding, "gosum") && n > 0 { // of a file of the project, once is enough
			continue
		}
		if n == len(c.sick)-1 && done > 2 { // what a link leads to
			break
		}
		done++
		if err := c.hurt(c.sick[n], d); err != nil {
			return err
		}
	}
	c.before, _ = c.compile(nil)
	return nil
}

// killSometime starts a command and kills it when some time has gone, when the proxy has sent some bytes, or some time after it has
// sent the last. In one of two cases a go command that it has started lives on. It reports whether it was still running, and
// when that was.
func (c *clinic) killSometime(r *rand.Rand, args []string) (alive bool, when string, err error) {
	cmd := exec.Command(c.tools.godoctor, c.arguments(args...)...)
	cmd.Env, cmd.Dir = c.environ(), c.m.Home
	if err := cmd.Start(); err != nil {
		return false, "", err
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }() // until it is killed, below
	was, began := c.proxy.bytes.Load(), time.Now()
	bytes, wait, calm := int64(1<<62), 5*time.Second, time.Hour
	switch r.IntN(3) {
	case 0:
		wait = time.Duration(20+r.IntN(500+1000*r.IntN(2))) * time.Millisecond
	case 1:
		bytes = was + 1 + r.Int64N(400<<10)
	default:
		calm = time.Duration(10+r.IntN(300)) * time.Millisecond
	}
	last, came := was, began
	for running := true; running && time.Since(began) < wait && last < bytes && (last == was || time.Since(came) < calm); {
		if now := c.proxy.bytes.Load(); now != last {
			last, came = now, time.Now()
		}
		select {
		case <-ended:
			running = false
		case <-time.After(time.Millisecond):
		}
	}
	cmd.Process.Kill()
	<-ended
	when = fmt.Sprintf("after %d ms", time.Since(began).Milliseconds())
	if r.IntN(2) == 0 {
		err = c.endOthers()
	}
	return cmd.ProcessState.ExitCode() == -1, when, err
}

// betweenKills says what is wrong with the cache that a killed repair has left: go builds the right program from it, or what it
// built before, or says what it lacks.
func (c *clinic) betweenKills(t *tally) string {
	r, says := c.compile(nil)
	t.mu.Lock()
	defer t.mu.Unlock()
	if r.code != 0 {
		t.needFetched++
		if strings.Contains(r.err, "GOPROXY=off") || c.before.code != 0 {
			return ""
		}
		return "go fails as it did not before: " + r.String()
	}
	t.builds++
	for n, line := range strings.Split(strings.TrimSpace(says), "\n") {
		name := fmt.Sprintf("m%d", n)
		if line != name+" is well" && !c.forged(name) {
			return fmt.Sprintf("go builds a program that says %q", line)
		}
	}
	return ""
}

// forged reports whether go may compile something else because of what was done to a module.
func (c *clinic) forged(name string) bool {
	for _, d := range damages {
		if d.name == c.hurts[name] {
			return d.builds
		}
	}
	return false
}

// ended lets a command come to its end. What a go command still uses that outlived a kill is left alone: then once more.
func (c *clinic) ended(args []string) string {
	var r *result
	for range 40 {
		r = c.doctor(args...)
		if r.code == 0 {
			return ""
		}
		if !r.busy() && !strings.Contains(r.String(), "holds its lock") && !strings.Contains(r.String(), brokenOff) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return "without a kill: " + r.String()
}

// halfTool says what is wrong with a toolchain that may have come in the meantime: go would use it.
func (c *clinic) halfTool() string {
	for _, ext := range []string{"ziphash", "zip"} {
		if _, err := os.Lstat(c.m.CachePath(c.tool, ext)); err != nil {
			return ""
		}
	}
	if _, err := os.Lstat(c.m.CachePath(c.tool, "partial")); err == nil {
		return ""
	}
	if _, err := os.Lstat(c.m.Dir(c.tool)); err != nil {
		return ""
	}
	return c.toolRight("--sumdb") // go asks for its signed record when it first runs it
}

func (c *clinic) toolRight(more ...string) string {
	if r := c.doctor(append([]string{"toolchains", "verify", c.m.Dir(c.tool)}, more...)...); r.code != 0 || !strings.Contains(r.out, "genuine") {
		return "the toolchain is there and wrong: " + r.String()
	}
	return ""
}

// toolWorks says why the real go cannot switch to the toolchain without a network.
func (c *clinic) toolWorks() string {
	if why := c.toolRight(); why != "" {
		return why
	}
	r := c.gocommand(c.m.Home, c.environ("GOPROXY=off", "GOTOOLCHAIN=go1.99.1"), "version")
	if r.code != 0 || !strings.Contains(r.out, "go1.99.1") {
		return "go does not switch to the toolchain: " + r.String()
	}
	return ""
}

// weigh says which zip was sent too often over all tries: its size and a fiftieth of it are allowed, and what each kill in the
// middle of it may cost.
func (t *tally) weigh(c *clinic, kills int, get bool) string {
	p := c.proxy
	p.mu.Lock()
	defer p.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rounds++
	if get {
		t.get++
	}
	for path, f := range p.files {
		size := c.zipSize(path)
		t.sent, t.size, t.broken = t.sent+f.bytes, t.size+size, t.broken+f.broken
		t.most = max(t.most, float64(f.bytes)/float64(size))
		again := f.requests - 1 // what was sent last may all have been buffered: then no answer broke off
		if over := f.bytes - size*102/100; again > 0 {
			t.mostPerKill = max(t.mostPerKill, float64(over)/float64(again))
		}
		if f.bytes > size*102/100+int64(again)*lostByKill || again > kills {
			return fmt.Sprintf("%s: %d bytes were sent of %d, in %d answers, %d of which broke off at %d kills", path, f.bytes, size, f.requests, f.broken, kills)
		}
	}
	return ""
}

// zipSize is how large a zip of the proxy is.
func (c *clinic) zipSize(path string) int64 {
	for _, m := range append(c.sick[:len(c.sick):len(c.sick)], c.tool) {
		if escaped, err := module.EscapePath(m.Path); err == nil && strings.HasPrefix(path, "/"+escaped+"/@v/") {
			fi, err := os.Stat(filepath.Join(c.m.ProxyDir, filepath.FromSlash(path)))
			if err == nil {
				return fi.Size()
			}
		}
	}
	return 1
}
