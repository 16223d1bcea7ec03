package verify

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/modcache"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// An indexedFile is what an index says of a source file: as much as shows whether it was made from that file.
type indexedFile struct {
	name    string
	failed  bool // it could not be read or parsed
	pkg     string
	build   string // the go:build line
	imports []string
}

// Limits of what is read of and for an index. That of the largest module known has 12 MB.
const (
	indexMax  = 64 << 20
	sourceMax = 4 << 20
	actionLen = 175
)

// The least that a package and a file take in an index, in bytes: their numbers, and the ones that lead to them.
const (
	packageLeast = 4 * 5
	fileLeast    = 4 * 12
)

// readIndex reads an index through its action file and gives the files by directory, and when it was made. It is nil
// where there is none, and where it is not of a form that is understood: of an unknown one nothing is said.
func readIndex(cache, action string) (map[string][]indexedFile, time.Time) {
	text, err := regular.ReadFile(action, 4*actionLen)
	if err != nil || len(text) != actionLen { // a miss (cmd/go/internal/cache.get)
		return nil, time.Time{}
	}
	f := strings.Fields(string(text))
	if len(f) != 5 || f[0] != "v1" {
		return nil, time.Time{}
	}
	out, err := hex.DecodeString(f[2])
	if err != nil || len(out) != 32 {
		return nil, time.Time{}
	}
	data, err := regular.ReadFile(entryFile(cache, [32]byte(out), "d"), indexMax)
	if err != nil || strconv.Itoa(len(data)) != f[3] {
		return nil, time.Time{}
	}
	ns, _ := strconv.ParseInt(f[4], 10, 64)
	index, err := parseIndex(data)
	if err != nil {
		return nil, time.Time{}
	}
	return index, time.Unix(0, ns)
}

// errIndex is for a text that is not an index.
var errIndex = errors.New("not a module index")

// parseIndex reads the packages of an index, and of their files what comes before and with the imports
// (cmd/go/internal/modindex: index_format.txt).
func parseIndex(data []byte) (map[string][]indexedFile, error) {
	const head = len(indexFormat) + len("\n")
	if !bytes.HasPrefix(data, []byte(indexFormat+"\n")) || len(data) < head+8 {
		return nil, errIndex
	}
	r := &indexReader{data: data, pos: head, left: 1}
	table := r.int()
	if table < head+8 || table > len(data) {
		return nil, errIndex
	}
	r.data, r.table, r.left = data[:table], string(data[table:]), len(data)/4+16
	n := r.int()
	if n > len(r.data)/packageLeast {
		return nil, errIndex
	}
	index := make(map[string][]indexedFile, n)
	files := 0
	for i := 0; i < n && !r.bad; i++ {
		r.pos = head + 8 + 8*i
		dir, at := r.string(), r.int()
		r.pos = at
		r.string() // error
		r.string() // dir
		count := r.int()
		if most := len(r.data) / fileLeast; count > most || files > most-count { // before there is memory for them
			return nil, errIndex
		}
		files += count
		list := make([]indexedFile, 0, count)
		for j := 0; j < count && !r.bad; j++ {
			r.pos = at + 12 + 4*j
			r.pos = r.int()
			list = append(list, r.file())
		}
		index[filepath.ToSlash(dir)] = list
	}
	if r.bad {
		return nil, errIndex
	}
	return index, nil
}

// An indexReader reads numbers and strings; bad says that one was not there. In an index every number is read once: one
// with more of them leads back into itself.
type indexReader struct {
	data  []byte
	table string
	pos   int
	left  int // numbers that may be read
	bad   bool
}

func (r *indexReader) int() int {
	if r.left--; r.bad || r.pos < 0 || r.pos > len(r.data)-4 || r.left < 0 {
		r.bad = true
		return 0
	}
	n := int32(binary.LittleEndian.Uint32(r.data[r.pos:]))
	r.pos += 4
	if n < 0 {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *indexReader) string() string {
	at := r.int()
	if r.bad || at >= len(r.table) {
		r.bad = true
		return ""
	}
	rest := r.table[at:]
	length, n := binary.Uvarint([]byte(rest[:min(len(rest), binary.MaxVarintLen64)]))
	if n <= 0 || length > uint64(len(rest)-n) {
		r.bad = true
		return ""
	}
	return rest[n : n+int(length)]
}

// file reads a rawFile.
func (r *indexReader) file() indexedFile {
	failed := r.string() != ""
	failed = r.string() != "" || failed // parseError
	r.string()                          // synopsis
	f := indexedFile{name: r.string(), failed: failed}
	f.pkg = r.string()
	r.int()    // ignoreFile
	r.int()    // binaryOnly
	r.string() // cgoDirectives
	f.build = r.string()
	for n := r.int(); n > 0 && !r.bad; n-- { // plusBuildConstraints
		r.string()
	}
	for n := r.int(); n > 0 && !r.bad; n-- {
		f.imports = append(f.imports, r.string())
		r.pos += 16 // its position
	}
	return f
}

// files are the source files that an index should have been made from: those of a zip or of a directory.
type files struct {
	ctx   context.Context
	list  map[string][]string // names by directory below the module, with slashes; "" is the module itself
	whole bool                // nothing is missing
	read  func(name string) ([]byte, error)
}

// sourceKinds are the extensions that an index lists (modindex: getFileInfo, fileListForExt).
var sourceKinds = []string{".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx",
	".f", ".F", ".for", ".f90", ".s", ".S", ".sx", ".swig", ".swigcxx", ".syso"}

// isSource reports whether an index lists a file (modindex.importRaw).
func isSource(name string) bool {
	return name[0] != '_' && name[0] != '.' && slices.Contains(sourceKinds, path.Ext(name))
}

// filesInZip is the list of a zip.
func filesInZip(ctx context.Context, v *modcache.Version, list []sum.File) *files {
	f := &files{ctx: ctx, list: map[string][]string{}, whole: true, read: func(name string) ([]byte, error) {
		return sum.FromZip(ctx, v.Zip, v.Path, v.Version, name, sourceMax)
	}}
	for _, file := range list {
		if dir, name := path.Split(file.Name); name != "" && isSource(name) {
			dir = strings.TrimSuffix(dir, "/")
			f.list[dir] = append(f.list[dir], name)
		}
	}
	return f
}

// filesInDir is what lies in a directory. Directories with a go.mod file are other modules (modindex: moduleWalkErr).
func filesInDir(ctx context.Context, root string) *files {
	f := &files{ctx: ctx, list: map[string][]string{}, read: func(name string) ([]byte, error) {
		return sum.FromDir(ctx, root, name, sourceMax)
	}}
	err := walk(ctx, root, func(rel string, d fs.DirEntry) bool {
		if d.IsDir() {
			fi, err := os.Stat(filepath.Join(root, filepath.FromSlash(rel), "go.mod"))
			return err != nil || fi.IsDir()
		}
		if dir, name := path.Split(rel); isSource(name) {
			dir = strings.TrimSuffix(dir, "/")
			f.list[dir] = append(f.list[dir], name)
		}
		return false
	})
	for _, names := range f.list {
		slices.Sort(names)
	}
	f.whole = err == nil
	return f
}

// stale reads the head of a source file as modindex.readGoInfo does: package, imports, go:build line. What cannot be
// read or parsed now says nothing.
func (f *files) stale(dir string, old *indexedFile) bool {
	data, err := f.read(joinSlash(dir, old.name))
	if err != nil || f.ctx.Err() != nil {
		return false
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", data, parser.ImportsOnly|parser.ParseComments)
	if err != nil || file.Name == nil {
		return false
	}
	if old.failed {
		return !refused(data, file)
	}
	build := strings.Join(buildLines(file), "\n")
	return old.pkg != file.Name.Name || !slices.Equal(old.imports, importsOf(file)) || old.build != build
}

// refused reports whether go may have something against a file that parses: it is stricter about imports, zero bytes,
// and lines of go:build and go:embed.
func refused(data []byte, file *ast.File) bool {
	if len(buildLines(file)) > 1 || bytes.IndexByte(data, 0) >= 0 || bytes.Contains(data, []byte("//go:embed")) {
		return true
	}
	return slices.ContainsFunc(importsOf(file), func(p string) bool { return p != "C" && module.CheckImportPath(p) != nil })
}

// importsOf lists the imports of a file in its order.
func importsOf(file *ast.File) []string {
	var list []string
	for _, i := range file.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil {
			list = append(list, p)
		}
	}
	return list
}

// buildLines are the go:build lines of a file above its package clause.
func buildLines(file *ast.File) (list []string) {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if rest, ok := strings.CutPrefix(c.Text, "//go:build"); ok && c.Pos() < file.Package && rest != strings.TrimLeft(rest, " \t") {
				list = append(list, strings.TrimSpace(c.Text))
			}
		}
	}
	return list
}
