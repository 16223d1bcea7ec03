package cachetest

import (
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb"
)

// A Proxy serves the machine's proxy tree, and its checksum database below /sumdb/, on loopback.
// It keeps a log of what was asked and misbehaves as it is told to.
type Proxy struct {
	URL string // http://127.0.0.1:port, without a slash at the end

	m      *Machine
	root   *os.Root
	server *http.Server
	sums   http.Handler

	mu     sync.Mutex
	log    []Request
	count  map[string]int
	faults []*plannedFault
	hook   func(w http.ResponseWriter, r *http.Request) bool
}

// A Request is one line of a Proxy's log.
type Request struct {
	Method string
	Path   string
	Range  string // the Range header: what a resumed download asks for
}

// A Fault is one way for a Proxy to misbehave. The zero Fault answers as usual.
type Fault struct {
	Delay   time.Duration     // wait before the answer
	Status  int               // answer with this status and Body instead of the file
	Body    string            // body of Status
	Header  map[string]string // more header lines
	Cut     bool              // break the connection after CutAt bytes of the true body
	CutAt   int64
	Flip    bool // change the byte at FlipAt of the true body, keeping its length
	FlipAt  int64
	NoRange bool // answer a range request with the whole file
	Times   int  // how many requests are hit; 0 means all
}

type plannedFault struct {
	pattern string
	Fault
	left int
}

// Serve starts a proxy over ProxyDir and points GOPROXY of the machine to it until it is closed.
func (m *Machine) Serve() (*Proxy, error) {
	root, err := os.OpenRoot(m.ProxyDir)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		root.Close()
		return nil, err
	}
	p := &Proxy{
		URL:   "http://" + ln.Addr().String(),
		m:     m,
		root:  root,
		sums:  http.StripPrefix("/sumdb/"+SumDBName, sumdb.NewServer(m.sumDB())),
		count: make(map[string]int),
	}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	m.GOPROXY = p.URL
	go p.server.Serve(ln) // ends when Close closes the listener
	return p, nil
}

// Close stops the proxy, breaks what is under way, and gives the machine its file:// proxy back.
func (p *Proxy) Close() error {
	if p.m.GOPROXY == p.URL {
		p.m.GOPROXY = fileURL(p.m.ProxyDir)
	}
	return errors.Join(p.server.Close(), p.root.Close())
}

// Requests returns the log so far.
func (p *Proxy) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Request(nil), p.log...)
}

// Count returns how often a path was asked for, for example "/rsc.io/quote/@v/v1.5.2.zip".
func (p *Proxy) Count(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count[path]
}

// Forget empties the log and the counters and ends every fault and hook.
func (p *Proxy) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log, p.faults, p.hook = nil, nil, nil
	clear(p.count)
}

// Misbehave plans a fault for the paths that match pattern: a whole path, or a prefix or a suffix
// with a star for the rest ("*.zip", "/rsc.io/*", "*"). Of several, the first one planned that still
// has requests left wins.
func (p *Proxy) Misbehave(pattern string, f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, &plannedFault{pattern: pattern, Fault: f, left: f.Times})
}

// Hook calls f before anything else; when f returns true, it has answered the request itself. It is
// for what no Fault can say.
func (p *Proxy) Hook(f func(w http.ResponseWriter, r *http.Request) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hook = f
}

// note writes a request into the log and returns what is planned for it.
func (p *Proxy) note(r *http.Request) (func(http.ResponseWriter, *http.Request) bool, Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, Request{r.Method, r.URL.Path, r.Header.Get("Range")})
	p.count[r.URL.Path]++
	for _, f := range p.faults {
		if !matches(f.pattern, r.URL.Path) || f.Times > 0 && f.left == 0 {
			continue
		}
		f.left--
		return p.hook, f.Fault
	}
	return p.hook, Fault{}
}

func matches(pattern, s string) bool {
	if rest, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(s, rest)
	}
	if rest, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(s, rest)
	}
	return pattern == s
}

// ServeHTTP answers one request.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hook, fault := p.note(r)
	if hook != nil && hook(w, r) {
		return
	}
	if fault.Delay > 0 {
		select {
		case <-time.After(fault.Delay):
		case <-r.Context().Done():
			return
		}
	}
	for k, v := range fault.Header {
		w.Header().Set(k, v)
	}
	if fault.Status != 0 {
		w.WriteHeader(fault.Status)
		w.Write([]byte(fault.Body))
		return
	}
	if fault.NoRange {
		r.Header.Del("Range")
	}
	if fault.Cut || fault.Flip {
		w = &faultyWriter{ResponseWriter: w, fault: fault}
	}
	p.answer(w, r)
}

// answer serves a file of the tree, @latest, or the checksum database.
func (p *Proxy) answer(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	switch {
	case r.URL.Path == "/sumdb/"+SumDBName+"/supported":
		w.WriteHeader(http.StatusOK)
		return
	case strings.HasPrefix(name, "sumdb/"+SumDBName+"/"):
		p.sums.ServeHTTP(w, r)
		return
	case path.Base(name) == "@latest":
		name = p.latest(path.Dir(name))
	}
	if !fs.ValidPath(name) {
		http.Error(w, "not found: no such module", http.StatusNotFound)
		return
	}
	f, err := p.root.Open(name)
	if err != nil {
		http.Error(w, "not found: "+name, http.StatusNotFound)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		http.Error(w, "not found: "+name, http.StatusNotFound)
		return
	}
	http.ServeContent(w, r, path.Base(name), info.ModTime(), f)
}

// latest names the .info file of the highest release of a module, or of the highest version when it
// has no release; "" when nothing is listed.
func (p *Proxy) latest(epath string) string {
	list, err := fs.ReadFile(p.root.FS(), path.Join(epath, "@v", "list"))
	if err != nil {
		return ""
	}
	best := ""
	for v := range strings.FieldsSeq(string(list)) {
		release, bestRelease := semver.Prerelease(v) == "", best != "" && semver.Prerelease(best) == ""
		if best == "" || release && !bestRelease || release == bestRelease && semver.Compare(v, best) > 0 {
			best = v
		}
	}
	if best == "" {
		return ""
	}
	return path.Join(epath, "@v", best+".info")
}

// faultyWriter breaks the connection or changes a byte at a place of the body. It has no ReadFrom,
// so every byte passes through Write.
type faultyWriter struct {
	http.ResponseWriter
	fault Fault
	done  int64
}

func (w *faultyWriter) Write(b []byte) (int, error) {
	f := w.fault
	if f.Flip && f.FlipAt >= w.done && f.FlipAt < w.done+int64(len(b)) {
		b = append([]byte(nil), b...)
		b[f.FlipAt-w.done] ^= 0xff
	}
	if f.Cut && w.done+int64(len(b)) >= f.CutAt {
		w.ResponseWriter.Write(b[:f.CutAt-w.done])
		http.NewResponseController(w.ResponseWriter).Flush()
		panic(http.ErrAbortHandler) // the one way net/http offers to break a connection
	}
	n, err := w.ResponseWriter.Write(b)
	w.done += int64(n)
	return n, err
}
