//go:build linux && amd64

package main

import (
	"errors"
	"path/filepath"

	"godoctor/testdata/tracing"
)

// A call is a system call that changes the disk, a fault what is done at one.
type (
	call  = tracing.Call
	fault = tracing.Fault
)

// trace runs godoctor, and does something at the nth call that counts. Calls of programs that it starts count too where it
// is a kill, and never fail. The tracer is a process of its own: it waits for whatever there is.
func (w *world) trace(n int, f fault, args ...string) (*result, error) {
	file := filepath.Join(w.aside, "calls.json")
	own, err := tracing.Arguments(file, n, f, append([]string{w.tools.godoctor}, w.arguments(args...)...)...)
	if err != nil {
		return nil, err
	}
	r := w.run(w.environ(), w.m.Home, nil, w.tools.self, own...)
	if r.code != 0 {
		return nil, errors.New(r.String())
	}
	t, err := tracing.Read(file)
	if err != nil {
		return nil, err
	}
	r.args, r.code, r.calls, r.killed = append([]string{"godoctor"}, args...), t.Code, t.Calls, t.Killed
	if t.Hit > 0 {
		r.hit = &t.Calls[t.Hit-1]
	}
	return r, nil
}
