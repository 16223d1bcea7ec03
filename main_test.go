package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	_ "github.com/inconshreveable/mousetrap" // cobra's on Windows, which TestImports type-checks without a network
	"github.com/rogpeppe/go-internal/testscript"

	"godoctor/scan/cachetest"
	"godoctor/testdata/scripting"
	"godoctor/ui/cli"
)

// TestMain lets no test read the settings of whoever runs it: the administrator's of a script are where SYSTEM_CONFIG says.
func TestMain(m *testing.M) {
	systemConfig = os.Getenv("SYSTEM_CONFIG")
	testscript.Main(m, map[string]func(){"godoctor": main})
}

// TestScripts runs the real binary: one file a behaviour, its first word the area.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   filepath.Join("testdata", "script"),
		Setup: scripting.EmptyMachine,
		Cmds:  scripting.Commands(),
		Condition: func(cond string) (bool, error) {
			return cond == "user" && os.Getuid() != 0, nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// TestSignals stops a run by the signals that stop a program, and not by one that was to be ignored, as nohup has it.
func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there a process cannot send itself any
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	send := func(list ...os.Signal) (cause error) {
		ctx, stop := withSignals(t.Context())
		defer stop()
		for _, s := range list {
			if err := self.Signal(s); err != nil {
				t.Fatal(err)
			}
		}
		<-ctx.Done()
		return context.Cause(ctx)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // whoever runs the tests with nohup ignores it
	if got := send(syscall.SIGHUP); got != (cli.Stopped{Signal: syscall.SIGHUP}) {
		t.Errorf("SIGHUP: %v", got)
	}
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	if got := send(syscall.SIGHUP, syscall.SIGTERM); got != (cli.Stopped{Signal: syscall.SIGTERM}) {
		t.Errorf("SIGHUP that is ignored, then SIGTERM: %v", got)
	}
}

// TestReadme runs every godoctor command that the README shows, on a made-up machine, and insists on its two
// commands for newcomers and on pictures that are there.
func TestReadme(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.RemoveAll()
	if err := m.Install(scripting.Small("golang.org/x/tools", "v0.31.0", 3000)); err != nil {
		t.Fatal(err)
	}
	var commands, blocks int
	made := map[string]string{"offline.tar": filepath.Join(t.TempDir(), "offline.tar")} // files that a command wrote, or will
	online := connected(t, m)
	for i, part := range strings.Split(string(b), "```") {
		if i%2 == 0 || !strings.HasPrefix(part, "sh\n") {
			continue
		}
		blocks++
		for _, l := range strings.Split(part, "\n") {
			l, _, _ = strings.Cut(l, " #")
			l, file, _ := strings.Cut(l, " > ")
			input := ""
			if _, command, ok := strings.Cut(l, "| godoctor "); ok {
				l, input = "godoctor "+command, "package bytes is not in std (/usr/lib/go/src/bytes)\n"
			}
			args := strings.Fields(strings.ReplaceAll(l, "'", ""))
			for i, a := range args {
				args[i] = cmp.Or(made[a], a)
			}
			if len(args) == 0 || args[0] != "godoctor" {
				continue
			}
			commands++
			var out, errs bytes.Buffer
			environ := m.Environ()
			if args[1] == "bundle" {
				environ = online
			}
			if code := run(t.Context(), args[1:], environ, strings.NewReader(input), &out, &errs); code != 0 || out.Len() == 0 {
				t.Errorf("%s: exit code %d, %s", l, code, errs.String())
			}
			if file = strings.TrimSpace(file); file != "" {
				made[file] = filepath.Join(t.TempDir(), file)
				if err := os.WriteFile(made[file], out.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if commands < 9 || blocks < 4 {
		t.Errorf("only %d commands in %d blocks were found", commands, blocks)
	}
	for _, want := range []string{"\ngo run .\n", "\ngo test ./...\n"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the README lacks %q", want)
		}
	}
	for _, p := range regexp.MustCompile(`"(screenshots/[^"]+)"`).FindAllStringSubmatch(string(b), -1) {
		if _, err := os.Stat(p[1]); err != nil {
			t.Error(err)
		}
	}
	pictures, err := filepath.Glob("screenshots/*.[gp][in][fg]")
	if err != nil || len(pictures) < 10 {
		t.Fatalf("%d pictures, %v", len(pictures), err)
	}
	for _, p := range pictures {
		if !strings.Contains(string(b), `"`+filepath.ToSlash(p)+`"`) {
			t.Errorf("%s is in no place of the README", p)
		}
	}
}

// TestReadmeKeys insists that the table of keys in the README is the one that the program prints.
func TestReadmeKeys(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- keys: godoctor keys --markdown -->\n", "<!-- end of keys -->"
	_, rest, begins := strings.Cut(string(b), begin)
	table, _, ends := strings.Cut(rest, end)
	if !begins || !ends {
		t.Fatalf("the README has no table of keys between %q and %q", begin, end)
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"keys", "--markdown"}, nil, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("exit code %d, %s", code, errs.String())
	}
	if table != out.String() {
		t.Errorf("the README's table of keys is not this one:\n%s", out.String())
	}
}

// connected is the environment of the machine with its proxy and its checksum database.
func connected(t *testing.T, m *cachetest.Machine) []string {
	before := m.GOPROXY
	p, err := m.Serve()
	if err = errors.Join(err, m.Publish(scripting.Small("golang.org/x/tools", "v0.31.0", 3000))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	environ := slices.DeleteFunc(m.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "GOSUMDB=") })
	m.GOPROXY = before // for all other commands
	return append(environ, "GOSUMDB="+cachetest.SumDBKey())
}

// TestImports keeps the division of labour: who may import whom, and who may touch what. It judges what
// the compiler sees, not what the text looks like, on Linux, macOS and Windows. All is type-checked from
// source, dependencies without bodies: export data for three systems would have to be compiled first.
// It does not see through reflect, unsafe, linkname, or a dependency that writes and is not named here.

const writers = "doctor/remedy doctor/fetch doctor/bundle doctor/state doctor/config scan/cachetest screenshots"
const system = "syscall golang.org/x/sys/unix golang.org/x/sys/windows"

// homes says who may import a path and what lies below it; the first match counts.
var homes = [][2]string{
	{"godoctor/ui/tui", ". screenshots ui/cli ui/tui"}, {"godoctor/ui/plain", ". screenshots ui/cli ui/plain ui/prompt"},
	{"godoctor/ui/prompt", ". screenshots ui/cli ui/prompt"},
	{"godoctor/ui/cli", ". screenshots ui/cli"}, {"godoctor/ui", ". screenshots ui"},
	{"godoctor/doctor", ". screenshots ui doctor"}, {"godoctor/scan", ". screenshots ui doctor scan"},
	{"godoctor", "."}, {"charm.land/bubbletea", "ui/tui screenshots"}, {"charm.land", "ui/tui ui/style"},
	{"github.com/charmbracelet/x/ansi", "ui/text ui/tui/tuitest screenshots"}, {"github.com/charmbracelet", "ui/tui ui/style screenshots"},
	{"net/http", "doctor/fetch scan/cachetest"}, {"os/exec", "scan/gocmd ui/tui/tuitest screenshots"}, {"testing", ""},
	{"github.com/natefinch/atomic", writers}, {"github.com/rogpeppe/go-internal/lockedfile", writers},
}

// changes change the disk. To write to an *os.File does not, where none can be opened for it; fchmod does.
const changes = `Chmod Chown Chtimes CopyFS Create CreateTemp Lchown Link Mkdir MkdirAll MkdirTemp Remove
	RemoveAll Rename Symlink Truncate WriteAt WriteFile
	Chflags Clonefile Clonefileat Creat Exchangedata Fallocate Fchflags Fchmod Fchmodat Fchown Fchownat Fclonefileat
	Fremovexattr Fsetxattr Ftruncate Futimes Futimesat Linkat Lremovexattr Lsetxattr Lutimes Mkdirat Mkfifo Mkfifoat
	Mknod Mknodat Mount MoveMount OpenByHandleAt Openat2 PivotRoot Removexattr Renameat Renameat2 RenameatxNp
	RenamexNp Rmdir Setattrlist Setxattr Symlinkat Undelete Unlink Unlinkat Unmount Utime Utimes UtimesNano
	UtimesNanoAt CreateDirectory CreateFile CreateHardLink CreateSymbolicLink DefineDosDevice DeleteFile MoveFile
	MoveFileEx NtCreateFile NtSetEaFile NtSetInformationFile RemoveDirectory SetEndOfFile SetFileAttributes
	SetFileInformationByHandle SetFileTime SetFileValidData SetNamedSecurityInfo SetSecurityInfo`

// limits says where functions and methods of these packages may stand, called or passed on.
var limits = []struct{ why, dirs, pkgs, names string }{
	{"changes the disk", writers, "os " + system, changes},
	{"changes the disk", writers, "io/ioutil golang.org/x/mod/zip charm.land/bubbletea/v2",
		"LogToFile LogToFileWith TempDir TempFile Unzip WriteFile"},
	{"runs a program", "scan/gocmd", "os " + system,
		"CreateProcess CreateProcessAsUser Exec ForkExec ShellExecute StartProcess"},
	{"is a raw system call", "scan/tree", system, `AllThreadsSyscall AllThreadsSyscall6 Call RawSyscall RawSyscall6
		RawSyscallNoError Syscall Syscall6 Syscall9 Syscall12 Syscall15 Syscall18 SyscallN SyscallNoError`},
}

// openers read or write by their flags, which stand at this place among the arguments.
var openers = map[string]int{"Open": 1, "OpenFile": 1, "Openat": 2}

// A pack is one package: what the go command says of it, then what the type checker does.
type pack struct {
	ImportPath, Dir                                   string
	GoFiles, Imports, TestImports, XTestImports, Deps []string
	ImportMap                                         map[string]string
	Module                                            struct{ Path string }

	in    world
	rel   string // its directory, "." for the top; "" for what is not ours
	files []*ast.File
	info  types.Info
	types *types.Package
	bad   []string // what it does that it may not
}

// A world is every package that the build for one system needs, by import path.
type world map[string]*pack

var fset = token.NewFileSet()
var parsed sync.Map // file name -> func() (*ast.File, error): most files are the same on every system

func load(t *testing.T, goos string) world {
	cmd := exec.Command("go", "list", "-deps", // what a package imports comes before it
		"-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports,Deps,ImportMap,Module", "./...", "io/ioutil")
	// One architecture and no C, so that every machine judges the same files.
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=0", "GOWORK=off")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	w := world{"unsafe": {types: types.Unsafe}}
	for dec := json.NewDecoder(strings.NewReader(string(out))); err == nil && dec.More(); {
		p := &pack{in: w}
		if err = dec.Decode(p); err == nil {
			if rel, ours := strings.CutPrefix(p.ImportPath+"/", "godoctor/"); ours {
				p.rel = path.Clean(rel)
			}
			err = p.check()
		}
		w[p.ImportPath] = cmp.Or(w[p.ImportPath], p) // the source of unsafe says little
	}
	if err != nil {
		t.Errorf("%s: %v", goos, err)
	}
	return w
}

func (p *pack) check() (err error) {
	for _, name := range p.GoFiles {
		name = filepath.Join(p.Dir, name)
		once, _ := parsed.LoadOrStore(name, sync.OnceValues(func() (*ast.File, error) {
			f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
			for i := 0; err == nil && p.rel == "" && i < len(f.Decls); i++ {
				if d, ok := f.Decls[i].(*ast.FuncDecl); ok {
					d.Body = new(ast.BlockStmt) // nobody looks at it, and it is most of the memory
				}
			}
			return f, err
		}))
		f, err := once.(func() (*ast.File, error))()
		if err != nil {
			return err
		}
		p.files = append(p.files, f)
	}
	if p.rel != "" {
		p.info.Uses, p.info.Types = map[*ast.Ident]types.Object{}, map[ast.Expr]types.TypeAndValue{}
	}
	conf := types.Config{Importer: p, IgnoreFuncBodies: p.rel == "", Sizes: types.SizesFor("gc", "amd64")}
	conf.Error = func(e error) { err = cmp.Or(err, e) } // the first will do, but the rest is checked too
	p.types, _ = conf.Check(p.ImportPath, fset, p.files, &p.info)
	return err
}

// Import makes a pack the types.Importer of its own files.
func (p *pack) Import(path string) (*types.Package, error) {
	if q := p.in[cmp.Or(p.ImportMap[path], path)]; q != nil {
		return q.types, nil
	}
	return nil, fmt.Errorf("%s is not in this build", path)
}

// within says whether p is one of the space-separated dirs, or below one.
func within(p, dirs string) bool {
	return slices.ContainsFunc(strings.Fields(dirs), func(d string) bool {
		return p == d || strings.HasPrefix(p, d+"/")
	})
}

func (p *pack) say(format string, args ...any) { p.bad = append(p.bad, fmt.Sprintf(format, args...)) }

func (p *pack) judge() []string {
	for _, word := range strings.Split(p.rel, "/") {
		if within(word, "internal util common types pkg cmd") {
			p.say("%s: %q is no name for a package", p.rel, word)
		}
	}
	for i, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
		if i >= len(p.Imports) && !within(imp, "godoctor") {
			continue // tests may run programs, serve HTTP and draw
		}
		h := slices.IndexFunc(homes, func(h [2]string) bool { return within(imp, h[0]) })
		if h >= 0 && !within(p.rel, homes[h][1]) {
			p.say("%s imports %s: allowed only in [%s]", p.rel, imp, homes[h][1])
		}
	}
	modules := map[string]bool{}
	for _, dep := range p.Deps {
		modules[p.in[dep].Module.Path] = true
	}
	if n := len(modules) - 1; n > 40 && p.rel == "." { // the standard library is none
		p.say("the program is made of %d modules, more than 40", n)
	}
	p.judgeUses()
	p.judgeTypes()
	return p.bad
}

// judgeUses looks at every name that is used, so a method value or a function in a table counts too.
func (p *pack) judgeUses() {
	args := map[token.Pos][]ast.Expr{} // of the call whose function's name ends there
	for _, f := range p.files {
		for n := range ast.Preorder(f) {
			if c, ok := n.(*ast.CallExpr); ok {
				args[ast.Unparen(c.Fun).End()] = c.Args
			}
		}
	}
	for id, obj := range p.info.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Pkg() == nil {
			continue
		}
		pkg := fn.Pkg().Path()
		for _, l := range limits {
			if within(pkg, l.pkgs) && within(fn.Name(), l.names) && !within(p.rel, l.dirs) {
				p.say("%s: %s %s: allowed only in [%s]", fset.Position(id.Pos()), fn.FullName(), l.why, l.dirs)
			}
		}
		i, ok := openers[fn.Name()]
		ok = ok && within(pkg, "os "+system) && fn.Signature().Params().Len() > i // os.Open has no flags
		if ok && !within(p.rel, writers) && !p.readOnly(args[id.End()], i) {
			p.say("%s: %s without constant flags that only read", fset.Position(id.Pos()), fn.FullName())
		}
	}
}

func (p *pack) readOnly(args []ast.Expr, i int) bool {
	if len(args) <= i {
		return false // not called here, or with the results of another call
	}
	// The last one is FILE_FLAG_DELETE_ON_CLOSE: from go1.26 on os.OpenFile hands it to Windows.
	mask, err := types.Eval(fset, p.in["os"].types, 0, "O_WRONLY|O_RDWR|O_CREATE|O_APPEND|O_TRUNC|0x04000000")
	flags := p.info.Types[args[i]].Value
	return err == nil && flags != nil && flags.Kind() == constant.Int &&
		constant.Sign(constant.BinaryOp(flags, token.AND, mask.Value)) == 0
}

// judgeTypes finds what would hide a method of os.Root or os.File from judgeUses: an interface that one
// of them fits (a call then names the interface's method), a struct that embeds one (and so fits more).
func (p *pack) judgeTypes() {
	for e, tv := range p.info.Types {
		if !tv.IsType() || within(p.rel, writers) {
			continue
		}
		for _, name := range []string{"File", "Root"} {
			t := types.NewPointer(p.in["os"].types.Scope().Lookup(name).Type())
			if u, ok := tv.Type.Underlying().(*types.Interface); ok && types.Implements(t, u) {
				for m := range u.Methods() {
					if within(m.Name(), changes+" OpenFile") {
						p.say("%s: an interface hides os.%s.%s", fset.Position(e.Pos()), name, m.Name())
					}
				}
			}
			if s, ok := e.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					ft := types.Unalias(p.info.Types[f.Type].Type)
					if f.Names == nil && (types.Identical(ft, t) || types.Identical(ft, t.Elem())) {
						p.say("%s: an embedded os.%s lends out all it can", fset.Position(e.Pos()), name)
					}
				}
			}
		}
	}
}

func TestImports(t *testing.T) {
	defer parsed.Clear()
	filepath.Glob("[^.]*/*/*/*") // go test keeps a result until a file or directory that was opened changes
	worlds := make([]world, 3)
	var wg sync.WaitGroup
	for i, goos := range []string{"linux", "darwin", "windows"} {
		wg.Go(func() { worlds[i] = load(t, goos) })
	}
	if wg.Wait(); t.Failed() {
		return
	}
	var bad []string
	for _, w := range worlds {
		for _, p := range w {
			if p.rel != "" {
				bad = append(bad, p.judge()...)
			}
		}
	}
	slices.Sort(bad)
	for _, b := range slices.Compact(bad) { // most files are on three systems
		t.Error(b)
	}
	t.Run("limits", func(t *testing.T) { testLimits(t, worlds) })
	t.Run("rules", func(t *testing.T) { testRules(t, worlds[0]) })
}

// try judges a package that is not there.
func (w world) try(rel, src string, imports ...string) (string, error) {
	f, err := parser.ParseFile(fset, "x.go", "package x; "+src, 0)
	p := &pack{in: w, rel: rel, files: []*ast.File{f}, Imports: imports}
	err = errors.Join(err, p.check())
	return strings.Join(p.judge(), "\n"), err
}

// testLimits uses all names in limits at once. A method that is not there is an error that does not matter.
func testLimits(t *testing.T, worlds []world) {
	for _, l := range limits {
		refused := ""
		for _, w := range worlds {
			for _, pkg := range strings.Fields(l.pkgs) {
				src := fmt.Sprintf("import x %q", pkg)
				for _, name := range strings.Fields(l.names) {
					for _, of := range []string{"x.", "(*x.File).", "(*x.Root).", "(*x.Proc).", "(*x.LazyProc)."} {
						if p := w[pkg]; p != nil && p.types.Scope().Lookup(cmp.Or(strings.Trim(of, "(*x)."), name)) != nil {
							src += "; var _ = " + of + name
						}
					}
				}
				got, _ := w.try("ui/x", src)
				refused += got + "\n"
				if got, _ := w.try(strings.Fields(l.dirs)[0], src); got != "" {
					t.Errorf("refused at home: %s", got)
				}
			}
		}
		for _, name := range strings.Fields(l.names) {
			if !strings.Contains(refused, "."+name+" "+l.why) {
				t.Errorf("%s of %s is nowhere refused: does it exist?", name, l.pkgs)
			}
		}
	}
}

// broken is a package, its source, an import and what is said of it: nothing, where a rule must not fire.
var broken = [][4]string{
	{"scan", `import . "os"; var _ = []func(string) error{Remove}`, "", "os.Remove changes"},
	{"scan", `import "os"; func f(r *os.Root) any { return r.Rename }`, "", "(*os.Root).Rename changes"},
	{"scan", `import "os"; type t struct{ *os.Root }; func f(x t) { x.Remove("") }`, "", "(*os.Root).Remove changes"},
	{"scan", `import "os"; type t struct{ *os.Root }`, "", "embedded os.Root"},
	{"scan", `import "os"; type g = os.File; type t struct{ g }`, "", "embedded os.File"},
	{"scan", `type t interface{ Remove(string) error }`, "", "hides os.Root.Remove"},
	{"scan", `import "os"; func f[T interface{ Chmod(os.FileMode) error }](T) {}`, "", "hides os.File.Chmod"},
	{"scan", `import "io"; func f(r io.Reader) { _ = r.(io.WriterAt) }`, "", "hides os.File.WriteAt"},
	{"scan", `import "os"; var _ = os.OpenFile`, "", "os.OpenFile without"},
	{"scan", `import "os"; var n int; var _, _ = os.OpenFile("", n, 0)`, "", "os.OpenFile without"},
	{"scan", `import "os"; func f() (a string, b int, c os.FileMode) { os.OpenFile(f()); return }`, "", "os.OpenFile"},
	{"scan", `import "os"; func f(r *os.Root) { r.OpenFile("", os.O_APPEND, 0) }`, "", "(*os.Root).OpenFile without"},
	{"scan", `import "os"; var _, _ = (*os.Root).OpenFile(nil, "", 0, 0)`, "", "(*os.Root).OpenFile without"},
	{"scan", `import x "golang.org/x/sys/unix"; var _, _ = x.Openat(0, "", x.O_RDWR, 0)`, "", "unix.Openat without"},
	{"scan", `import ("os"; x "syscall"); var _, _ = os.OpenFile("", os.O_RDONLY|x.O_NONBLOCK, 0)`, "", ""},
	{"scan", `import "os"; type t struct{ f *os.File }; func (t) Remove() {}; func f(os t) { os.Remove() }`, "", ""},
	{"scan", `type t interface{ Remove(int) error; Read([]byte) (int, error) }`, "", ""},
	{"scan", "", "godoctor/doctor", "only in"}, {"scan", "", "godoctor/ui/text", "only in"},
	{"doctor", "", "godoctor/ui/text", "only in"}, {"ui/text", "", "godoctor/ui/tui", "only in"},
	{"ui/tui", "", "godoctor/ui/cli", "only in"}, {"ui/cli", "", "godoctor", "only in"},
	{"ui/cli", "", "godoctor/screenshots", "only in"}, {"ui/plain", "", "godoctor/ui/tui", "only in"},
	{".", "", "godoctor/ui/cli", ""}, {"ui/cli", "", "godoctor/scan", ""}, {"scan/util", "", "", "no name"},
	{"ui/cli", "", "charm.land/bubbletea/v2", "only in"}, {"ui/tui", "", "charm.land/bubbletea/v2", ""},
	{"ui/table", "", "charm.land/lipgloss/v2", "only in"}, {"ui/style", "", "charm.land/bubbles/v2/key", ""},
	{"scan", "", "github.com/charmbracelet/x/ansi", "only in"}, {"doctor", "", "net/http/httptest", "only in"},
	{"doctor/remedy", "", "os/exec", "only in"}, {"scan/cachetest", "", "testing/fstest", "only in"},
}

func testRules(t *testing.T, w world) {
	for _, c := range broken {
		got, err := w.try(c[0], c[1], c[2])
		if err != nil || !strings.Contains(got, c[3]) || c[3] == "" && got != "" {
			t.Errorf("%q: got %q, %v", c, got, err)
		}
	}
	p := &pack{in: world{}, rel: "."}
	for i := range 42 {
		p.Deps = append(p.Deps, fmt.Sprint(i))
		p.in[p.Deps[i]] = &pack{Module: struct{ Path string }{p.Deps[i]}}
	}
	if got := p.judge(); len(got) != 1 {
		t.Errorf("a program of 41 modules and the standard library: %q", got)
	}
}

// The top level is what a visitor sees first; everything else has a place below it.
func TestTopLevel(t *testing.T) {
	plan := `main.go main_test.go scan doctor ui testdata screenshots go.mod go.sum .* LICENSE
		README.md CHANGELOG.md CONTRIBUTING.md TESTING.md `
	ignored, _ := os.ReadFile(".gitignore")
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.ContainsFunc(strings.Fields(plan+string(ignored)), func(pattern string) bool {
			ok, _ := path.Match(strings.Trim(pattern, "/"), e.Name())
			return ok
		}) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}
