package compare

import (
	"fmt"
	"strings"

	"godoctor/doctor/snapshot"
)

// A rule says how much a difference matters. The rules stand in the order in which they matter; the first that fits counts.
type rule struct {
	subject string
	names   string // separated by spaces; one that ends in * is a prefix; "": all
	effect  Effect
	why     string
}

// arch are the settings that choose the instructions of an architecture (go help environment).
const arch = "GOAMD64 GO386 GOARM GOARM64 GOMIPS GOMIPS64 GOPPC64 GORISCV64 GOWASM"

var rules = []rule{
	{"hash", "", Code, "the same version of a module has two contents: one of the two is not what was published, or it came past the checksum database"},
	{"program", "package", Code, "these are two different programs"},
	{"main module", "", Code, "another main module: other requirements and replacements count"},
	{"setting", "GOOS GOARCH", Code, "another target: files for other systems and architectures are compiled"},
	{"go.work", "", Code, "a go.work file in effect takes its members from their directories, and lets its replace lines and the highest versions of all members count"},
	{"go", "", Code, "another release has another compiler, standard library and build tags"},
	{"toolchain line", "", Code, "the toolchain line chooses the Go that builds, where the one that is typed is older"},
	{"setting", "GO111MODULE", Code, "with off or auto go may not read go.mod at all, and takes packages from GOPATH"},
	{"replace", "", Code, "other code stands in the place of this module"},
	{"vendor", "", Code, "with a vendor directory in use packages come from there, not from the module cache, be they changed or not"},
	{"flag", "-mod -modfile -overlay", Code, "it changes where go takes the build list or the source from"},
	{"module", "", Code, "another version of this module is compiled"},
	{"program", "version", Code, "it was built from another version or commit"},
	{"program", "hash*", Code, "the main module of the same version has another content"},
	{"flag", "vcs.revision", Code, "it was built from another commit"},
	{"flag", "vcs.modified", Code, "one of the two was built with changes that no commit has"},
	{"flag", "-tags", Code, "build tags choose which files are compiled"},
	{"setting", "CGO_ENABLED", Code, "files that import \"C\" are compiled or left out, and net and os/user are those of C or of Go"},
	{"setting", "GOEXPERIMENT", Code, "experiments change the compiler, the runtime and which files are compiled"},
	{"flag", "-race -msan -asan -cover* -compiler", Code, "it sets build tags, and the compiler adds code of its own"},
	{"go line", "", Code, "the go line sets the language, the defaults of GODEBUG and how the build list is computed"},
	{"godebug", "", Run, "a godebug line changes how the standard library behaves"},
	{"setting", arch, Output, "other instructions: a program for the higher level does not start on an older processor"},
	{"setting", "GOFIPS140", Code, "another cryptographic module is compiled in"},
	{"setting", "CC CXX FC AR GCCGO PKG_CONFIG", Output, "another C compiler makes other code of what imports \"C\""},
	{"compiler", "", Output, "another C compiler makes other code of what imports \"C\", and it is part of the key of the build cache"},
	{"setting", "CGO_* GO_EXTLINK_ENABLED", Output, "other flags for what is compiled and linked with C"},
	{"environment", "CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH PKG_CONFIG_PATH SDKROOT MACOSX_DEPLOYMENT_TARGET", Output, "the C compiler takes headers and libraries from elsewhere, and go does not see that"},
	{"flag", "-gcflags -asmflags -gccgoflags -buildmode -linkshared -pgo -toolexec -installsuffix", Output, "the compiler makes something else of the same source"},
	{"flag", "-ldflags", Output, "the linker writes other values into variables, or leaves out what debuggers need"},
	{"flag", "-trimpath", Output, "without -trimpath the directories of the source are in the program, so that two places build two programs"},
	{"flag", "-buildvcs vcs*", Output, "go writes the revision and its time into the program"},
	{"checkout", "", Output, "in a working tree go writes the revision and its time into the program (-buildvcs=false leaves that out)"},
	{"flag", "DefaultGODEBUG", Run, "the defaults of the standard library's behaviour differ: by go lines, godebug lines, or //go:debug"},
	{"setting", "GODEBUG", Run, "it changes how programs behave here, the go command among them"},
	{"environment", "GOGC GOMEMLIMIT GOMAXPROCS GOTRACEBACK LD_LIBRARY_PATH TZ LANG LC_ALL", Run, "it changes how programs behave here, tests among them"},
	{"flag", "-p -v -x -n -a -json -count -timeout -modcacherw -work -vet -short -run -bench", Nothing, "it changes how go works or what it prints, not what it makes"},
	{"flag", "", Output, "a flag that every go command gets"},
	{"environment", "SOURCE_DATE_EPOCH", Output, "C compilers write that time instead of the present one"},
	{"setting", "GOTOOLCHAIN", Source, "it says whether go may take another release than the one that is typed"},
	{"setting", "GOPROXY", Source, "modules are asked for elsewhere: what one proxy has another may lack"},
	{"setting", "GOSUMDB GONOSUMDB GONOSUMCHECK GOINSECURE", Source, "it says which modules the checksum database vouches for before they are believed the first time"},
	{"setting", "GOPRIVATE GONOPROXY GOVCS GOAUTH", Source, "it says which modules are fetched past the proxy, with which tool and login"},
	{"environment", "*PROXY *proxy SSL_CERT_* GIT_*", Source, "the network is reached another way: downloads may fail on one side"},
	{"toolchain", "", Source, "it is installed on one side only: the other one would have to download it"},
	{"setting", "GOCACHEPROG", Nothing, "a program keeps the build cache"},
	{"file", "format", Nothing, "it follows from the target"},
	{"setting", "GOROOT GOPATH GOBIN GOMODCACHE GOCACHE GOENV GOTMPDIR GOTELEMETRY GOTELEMETRYDIR GOHOSTOS GOHOSTARCH", Nothing, "a place or a machine, which builds with -trimpath do not see"},
	{"file", "sha256", Nothing, "the files are not the same: what stands above is why"},
	{"", "", Nothing, "nothing of a build is known to depend on it"},
}

// judge finds the rule of a difference.
func judge(d *Difference, a, b *snapshot.Snapshot) {
	for i := range rules {
		if r := &rules[i]; r.subject == "" || r.subject == d.Subject && r.fits(d.Name) {
			d.Rank, d.Effect, d.Why = i+1, r.effect, r.why
			break
		}
	}
	switch {
	case d.Subject == "setting" && strings.Contains(" CC CXX FC AR GCCGO PKG_CONFIG ", " "+d.Name+" "), d.Subject == "compiler":
		if cgo(a) == "0" && cgo(b) == "0" {
			d.Effect, d.Rank, d.Why = Nothing, len(rules), "cgo is off on both sides: no C compiler runs"
		}
	case d.Subject == "module" && (d.A == "" || d.B == ""):
		d.Why = "only one side compiles, or may compile, this module"
	case d.Subject == "go" && (d.A == "" || d.B == ""):
		d.Why = "no go command works on one side"
	}
}

func cgo(s *snapshot.Snapshot) string {
	x, _ := s.Setting("CGO_ENABLED")
	return x.Value
}

func (r *rule) fits(name string) bool {
	if r.names == "" {
		return true
	}
	for n := range strings.FieldsSeq(r.names) {
		head, prefix := strings.CutSuffix(n, "*")
		tail, suffix := strings.CutPrefix(n, "*")
		if n == name || prefix && strings.HasPrefix(name, head) || suffix && strings.HasSuffix(name, tail) {
			return true
		}
	}
	return false
}

// explain adds why two programs differ although nothing that they say of their builds does: the parts that differ tell it.
func (r *Result) explain(a, b *snapshot.Snapshot) {
	if a.Program == nil || b.Program == nil || a.Program.SHA256 == b.Program.SHA256 || a.Program.SHA256 == "" || b.Program.SHA256 == "" {
		return
	}
	parts, why := Parts(a.Program, b.Program), ""
	for i := range r.Differences {
		if d := &r.Differences[i]; d.Subject == "file" && d.Name == "sha256" {
			why = "the parts that differ: " + cut(strings.Join(parts, " "))
			if r.Matters() == 0 {
				d.Effect, d.Rank = Output, 1
				why = fmt.Sprintf("what they say of their builds is alike, and %s differ: %s", cut(strings.Join(parts, " ")), Reason(a, b, parts))
			}
			d.Why = why
		}
	}
}

// cut shortens a list of names.
func cut(s string) string {
	if len(s) > 120 {
		return s[:strings.LastIndexByte(s[:120], ' ')+1] + "..."
	}
	return s
}
