// Godoctor looks at everything Go keeps on a machine, says where the disk went and what lies, and
// repairs and frees what it is told to. See README.md.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"godoctor/ui/cli"
)

// systemConfig is where the administrator's settings stand. Windows has none: what lies where all programs keep theirs anybody may write.
var systemConfig = map[bool]string{false: "/etc/godoctor.toml"}[runtime.GOOS == "windows"]

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		// The heap is a few megabytes: collecting it often costs more than it saves, until it is not.
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(64 << 20)
	}
	ctx, stop := withSignals(context.Background())
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cli.Run(ctx, cli.IO{Args: args, Environ: environ, Stdin: stdin, Stdout: stdout, Stderr: stderr, SystemConfig: systemConfig})
}

// withSignals gives a context that the signals which ask a program to stop end, with the signal as its
// cause. A second one stops the program at once, as if it were not caught. One that was ignored when the program began stays so:
// nohup, and a shell that puts a job into the background of a script, want it to go on.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	ch := make(chan os.Signal, 1)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(ch, s)
		}
	}
	go func() {
		select {
		case s := <-ch:
			signal.Stop(ch)
			cancel(cli.Stopped{Signal: s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}
