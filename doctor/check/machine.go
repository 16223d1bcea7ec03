package check

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/scan/project"
	"godoctor/scan/system"
)

// A Machine is everything that checks look at. It does not change while they run, and may be used by all of them at
// once.
type Machine struct {
	Environ   []string // of the user's shell: as os.Environ gives it
	Dir       string   // where the program was started, absolute
	Home      string   // "": there is none
	Now       time.Time
	System    system.System
	Env       *goenv.Env      // the settings at Dir; works with no usable go
	Inventory *scan.Inventory // never nil; its parts may be, where a setting leads nowhere
	Usage     *usage.Result   // never nil
	Projects  []*Project      // those that are checked
	Meter     *meter.Meter    // moves while somebody goes through a cache

	// Latest asks a module proxy for the newest version of a module and its go.mod file; nil: nobody is asked.
	Latest func(ctx context.Context, path string) (module.Version, []byte, error)

	// Vulncheck has govulncheck look at the project in a directory and gives what it prints with -json; ErrNotInstalled
	// where it is not there. nil: it is not asked.
	Vulncheck func(ctx context.Context, dir string) ([]byte, error)

	words     words          // see module-retracted
	integrity integrityFacts // see integrity.go
	declared  declaredPaths  // see module-path-case
}

// A Project is one that is checked, and where it stands.
type Project struct {
	*usage.Project

	// Work is the go.work file in effect at its directory, absolute: that of GOWORK, else the next one upwards; "" for
	// none, with GOWORK=off, and with a GOWORK that go refuses. The project itself may be it.
	Work string
	// Workspace is Work as it was read; nil where it was not found or does not exist.
	Workspace *project.Project
	// Repo is the top of the git, Mercurial, ... working tree that it lies in, by the directory .git and the like
	// upwards; "": in none.
	Repo string

	text   text        // see Mod
	source packageList // see packages
	choice chosen      // see Choice
}

// An Input is what a Machine is made of. All of it is read only.
type Input struct {
	Environ   []string
	Dir       string
	System    system.System
	Inventory *scan.Inventory
	Usage     *usage.Result
	Picked    []*usage.Project // the projects that are checked
	Now       time.Time

	Latest    func(ctx context.Context, path string) (module.Version, []byte, error) // may be nil, likewise the next
	Vulncheck func(ctx context.Context, dir string) ([]byte, error)
}

// New makes a Machine.
func New(in Input) *Machine {
	m := &Machine{Environ: in.Environ, Dir: in.Dir, Now: in.Now, System: in.System, Env: in.Inventory.Env,
		Inventory: in.Inventory, Usage: in.Usage, Meter: new(meter.Meter), Latest: in.Latest, Vulncheck: in.Vulncheck}
	m.Home = m.Getenv("HOME")
	if in.System.GOOS == "windows" {
		m.Home = m.Getenv("USERPROFILE")
	}
	for _, p := range in.Picked {
		m.Projects = append(m.Projects, m.place(p))
	}
	return m
}

// Setting is a setting of the go command, as it would be where the program was started. What nobody knows has only its key.
func (m *Machine) Setting(key string) goenv.Setting {
	s, ok := m.Env.Lookup(key)
	if !ok {
		s.Key = key
	}
	return s
}

// Getenv is a variable of the environment; "" where it is not set. Of two entries the first counts, as in os.Getenv.
func (m *Machine) Getenv(key string) string {
	return goenv.Getenv(m.System.GOOS, m.Environ, key)
}

// place finds out where a project stands.
func (m *Machine) place(p *usage.Project) *Project {
	out := &Project{Project: p, Repo: repository(p.Dir)}
	switch s := m.Setting("GOWORK"); {
	case p.Kind == project.Workspace:
		out.Work = p.File
	case !given(s): // or auto, which stands for what was found from Dir
		out.Work = upwards(p.Dir, "go.work")
	case filepath.IsAbs(s.Value): // else it is off, or nothing that go takes
		out.Work = s.Value
	}
	if m.Inventory.Projects != nil && out.Work != "" {
		for _, q := range m.Inventory.Projects.Projects {
			if q.Kind == project.Workspace && q.File == out.Work {
				out.Workspace = q
			}
		}
	}
	return out
}

// upwards finds a file of a name in a directory or the next one above it; "" where there is none.
func upwards(dir, name string) string {
	for {
		file := filepath.Join(dir, name)
		if fi, err := os.Stat(file); err == nil && !fi.IsDir() {
			return file
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}

// repository is the top of the working tree that a directory lies in (cmd/go/internal/vcs: FromDir).
func repository(dir string) string {
	for {
		for _, name := range []string{".git", ".hg", ".svn", ".bzr", ".fslckout", "_FOSSIL_"} {
			if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
				return dir
			}
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}
