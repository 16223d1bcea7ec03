package check

import (
	"fmt"
	"strconv"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var openFiles = &Check{
	ID:       "open-files",
	Title:    "go may open too few files at once",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C36"},
	Says: []string{
		"…: too many open files",
	},
	Help: Help{
		Why: "A build runs as many compilers at once as there are CPUs, and each takes a few open files of the go command. Go raises its " +
			"limit by itself as far as it may, so it is the hard limit that is too low: in a service (LimitNOFILE), a container " +
			"(--ulimit), or /etc/security/limits.conf.",
		Look: "ulimit -Hn in the same shell, service or container; nproc.",
		Do:   "Raise the hard limit where it is set, or let go do less at once: go build -p 2.",
		See:  []string{"https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies"},
	},
	Run: func(p *Pass) {
		soft, _, err := p.System.OpenFiles()
		if err != nil {
			return
		}
		jobs := uint64(max(p.System.CPUs, 1))
		if n := flagNumber(p.Setting("GOFLAGS").Value, "-p"); n > 0 {
			jobs = uint64(n)
		}
		// Measured with go1.26: 18 files with 2 compilers at once, 32 with 8; 20 were too few for 2. Tests and tools that go
		// runs have the same limit and open more.
		fails, little := 20+2*jobs, 64+4*jobs
		s := finding.Error
		switch {
		case soft >= little:
			return
		case soft >= fails:
			s = finding.Warning
		}
		p.ReportAs(s, finding.Finding{
			Detail: fmt.Sprintf("%d files may be open at once, and go runs %d compilers side by side: %d are needed, %d leave room for tests and tools", soft, jobs, fails, little),
			Target: finding.Target{Path: "RLIMIT_NOFILE"},
			Fixes: []finding.Fix{
				{ID: FixEnvironment, Title: fmt.Sprintf("raise the hard limit of open files to %d or more where the service, the container or the login sets it", max(little, 1024))},
				{ID: FixEnvironment, Title: "or let go do less at once: go build -p 2"},
			},
		})
	},
}

// flagNumber is the value of a flag in GOFLAGS, like 4 of -p=4; 0: it is not there.
func flagNumber(flags, name string) int {
	value, _ := goenv.LastFlag(flags, name)
	if n, err := strconv.ParseInt(value, 0, 32); err == nil {
		return max(int(n), 0)
	}
	return 0
}
