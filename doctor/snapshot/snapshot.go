// Package snapshot keeps what decides a build as data: of this machine, of a project on it, of a program that was built, or
// of somebody else's machine, by what the go command says there.
//
// A Snapshot holds what may be compared with another one and nothing else: no file of a project, no list of the environment,
// no finding. It is made to be given away, so the home directory is ~, the user's name is USER, and what grants access to
// something is gone (package privacy), on the way in as well: what a colleague sends is shown to nobody as it came. Module
// and package paths stay whole, for they are what is compared.
//
// [Take] looks at a machine, [Read] at a file. Neither runs anything. The JSON of a Snapshot is part of godoctor/v1: a field
// may be added, never renamed or removed.
package snapshot

import "time"

// The kinds of snapshot.
const (
	Machine = "machine"    // what godoctor saw
	Program = "program"    // what the linker wrote into a program
	GoEnv   = "go-env"     // what go env says
	Version = "go-version" // what go version -m says of a program
)

// A Snapshot is what decides a build.
type Snapshot struct {
	Kind  string    `json:"kind"`
	Name  string    `json:"name"` // where it is from, for people
	Taken time.Time `json:"taken,omitzero"`
	Go    string    `json:"go"`   // that builds here, or that built it; "" where none does
	Host  string    `json:"host"` // like linux/amd64; "" where nobody says

	Settings    []Setting   `json:"settings"`    // of the go command, by key
	Flags       []Setting   `json:"flags"`       // of GOFLAGS, or of the build
	Environment []Setting   `json:"environment"` // what else of the environment has a say, by key
	Compilers   []Compiler  `json:"compilers"`
	Toolchains  []Toolchain `json:"toolchains"` // that are installed
	Selection   *Selection  `json:"selection,omitzero"`
	Project     *Project    `json:"project,omitzero"`
	Modules     []Module    `json:"modules"` // the build list, or what a program was built with, by path
	Program     *Built      `json:"program,omitzero"`
}

// A Setting is a value and the place that it comes from.
type Setting struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin,omitzero"` // as in package goenv; "" where nobody says
	File   string `json:"file,omitzero"`
	Line   int    `json:"line,omitzero"`
}

// A Compiler is a program of the C tools that cgo uses.
type Compiler struct {
	Key     string `json:"key"`     // CC, CXX, ...
	Command string `json:"command"` // as the setting has it
	Path    string `json:"path"`    // where PATH finds it; "": nowhere
	Real    string `json:"real"`    // where that leads
	Version string `json:"version"` // as the name of the file tells it; "": it does not, and nothing is run to know
}

// A Toolchain is an installed Go.
type Toolchain struct {
	Version  string `json:"version"`
	Platform string `json:"platform"`
	Source   string `json:"source"`
	Root     string `json:"root"`
	Active   bool   `json:"active"`
	Support  string `json:"support"`
}

// A Selection is which Go runs, and what decides that.
type Selection struct {
	Toolchain string `json:"toolchain"` // that runs, or that go looks for
	From      string `json:"from"`      // local, path, module-cache, zip, download or none
	Decides   string `json:"decides"`   // the line or the setting; "": it is the go that is typed
	Where     string `json:"where"`     // the file and line of that; "": no file
	Local     string `json:"local"`     // the go that is typed
	Error     string `json:"error"`     // what go prints instead of working
}

// A Project is the main module, and what stands around it.
type Project struct {
	Module    string    `json:"module" keep:"name"`
	Dir       string    `json:"dir"`
	Go        string    `json:"go"`        // the go line that counts: that of go.work, where there is one
	Toolchain string    `json:"toolchain"` // the toolchain line
	Godebug   []Setting `json:"godebug"`   // godebug lines
	Work      string    `json:"work"`      // the go.work file in effect, seen from the module; "": none
	Members   []string  `json:"members"`   // of the workspace, seen from its file
	Vendor    string    `json:"vendor"`    // none, used, unused or stale
	VendorWhy string    `json:"vendor_why"`
	Checkout  bool      `json:"checkout"` // it lies in a working tree: go stamps the revision
}

// A Module is a module of the build list. Version is empty where a directory takes its place.
type Module struct {
	Path    string  `json:"path" keep:"name"`
	Version string  `json:"version"`
	Sum     string  `json:"sum" keep:"name"` // h1 of the zip of what is used; "" where nobody knows
	Replace *Module `json:"replace,omitzero"`
}

// A Built is a program.
type Built struct {
	Package  string    `json:"package" keep:"name"`
	Module   string    `json:"module" keep:"name"`
	Version  string    `json:"version"`
	Sum      string    `json:"sum" keep:"name"`
	Format   string    `json:"format"`
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256" keep:"name"`
	BuildID  string    `json:"build_id" keep:"name"`
	Sections []Section `json:"sections"`
}

// A Section is a part of a program.
type Section struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256" keep:"name"`
}

// Setting is a setting of the go command.
func (s *Snapshot) Setting(key string) (Setting, bool) {
	for _, x := range s.Settings {
		if x.Key == key {
			return x, true
		}
	}
	return Setting{}, false
}
