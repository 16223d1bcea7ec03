// Depot is a module proxy and checksum database on loopback, with modules of real sizes and a project that needs them all: what
// the part fetch of the bench downloads.
//
//	go run ./testdata/bench/depot -modules 300 DIR
//
// makes DIR/project, prints one line, "URL KEY", where URL is a GOPROXY and KEY a GOSUMDB, and serves until its standard input
// ends. The same number of modules gives the same bytes. With -latency every answer waits, and with -cut that share of them breaks
// off somewhere: which ones, and where, is decided by -seed and by how often a file was asked for, not by the order.
//
// It says of how many answers it has broken when it ends, on standard error.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
)

func main() {
	modules := flag.Int("modules", 300, "how many modules there are")
	var f faults
	flag.DurationVar(&f.latency, "latency", 0, "how long every answer waits")
	flag.Float64Var(&f.cut, "cut", 0, "the share of answers that break off, from 0 to 1")
	flag.Uint64Var(&f.seed, "seed", 1, "which of them do")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: depot [-modules N] [-latency D] [-cut SHARE] [-seed N] DIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 || *modules < 1 || *modules > 9999 || f.cut < 0 || f.cut > 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := serve(flag.Arg(0), *modules, &f, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "depot:", err)
		os.Exit(1)
	}
	if f.cut > 0 {
		fmt.Fprintf(os.Stderr, "%d of %d answers were broken off\n", f.broken.Load(), f.answers.Load())
	}
}

// serve makes what is missing in a directory, says where it is served, and does so until the input ends.
func serve(dir string, modules int, f *faults, in io.Reader, out io.Writer) error {
	m, err := cachetest.New(filepath.Join(dir, "machine"))
	if err != nil {
		return err
	}
	list, sums, err := publish(m, modules)
	if err != nil {
		return err
	}
	if err := project(filepath.Join(dir, "project"), list, sums); err != nil {
		return err
	}
	p, err := m.Serve()
	if err != nil {
		return err
	}
	defer p.Close()
	f.next = p
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(ln) // ends when the server is closed
	defer server.Close()
	if _, err := fmt.Fprintf(out, "http://%s %s\n", ln.Addr(), cachetest.SumDBKey()); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, in)
	return err
}

// publish puts the modules into the proxy, one after the other: all of them at once are too much for the memory. Sums are their
// lines of go.sum.
func publish(m *cachetest.Machine, modules int) (list []module.Version, sums string, err error) {
	for i := range modules {
		x := made(i)
		if err := m.Publish(x); err != nil {
			return nil, "", err
		}
		sums += m.GoSum(x)
		list = append(list, x.ID())
	}
	return list, sums, nil
}

// project makes one that imports a package of every module, with its go.sum.
func project(dir string, list []module.Version, sums string) error {
	var gomod, imports strings.Builder
	gomod.WriteString("module bench.example/project\n\ngo 1.20\n\nrequire (\n")
	imports.WriteString("package main\n\nimport (\n")
	for _, x := range list {
		fmt.Fprintf(&gomod, "\t%s %s\n", x.Path, x.Version)
		fmt.Fprintf(&imports, "\t_ %q\n", x.Path)
	}
	gomod.WriteString(")\n")
	imports.WriteString(")\n\nfunc main() {}\n")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for name, text := range map[string]string{"go.mod": gomod.String(), "go.sum": sums, "main.go": imports.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}
