package report

import (
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/binary"
	"godoctor/scan/toolchain"
)

// A Toolchain is one installed Go.
type Toolchain struct {
	Version     string    `json:"version"`
	GOOS        string    `json:"goos"`
	GOARCH      string    `json:"goarch"`
	Root        Path      `json:"root"`
	RootB64     Path64    `json:"root_b64,omitzero"`
	Source      string    `json:"source"`
	Also        []string  `json:"also"`
	Bytes       int64     `json:"bytes"`
	DiskBytes   int64     `json:"disk_bytes"`
	SizeKnown   bool      `json:"size_known"`
	Active      bool      `json:"active"`
	Why         string    `json:"why"`
	Support     string    `json:"support"`
	SupportText string    `json:"support_text"`
	Owner       string    `json:"owner"`
	Installed   time.Time `json:"installed,omitzero"`
	Problems    []string  `json:"problems"`
	UsedBy      []User    `json:"used_by"`
	Verdict     *Verdict  `json:"verdict,omitzero"` // of verify only
}

// An Archive is a downloaded distribution that lies about.
type Archive struct {
	Path    Path   `json:"path"`
	PathB64 Path64 `json:"path_b64,omitzero"`
	Version string `json:"version"`
	Bytes   int64  `json:"bytes"`

	Verdict *Verdict `json:"verdict,omitzero"` // of verify only
}

// WithToolchains fills in the toolchains and the archives, and with r the projects that select each.
func (d *Document) WithToolchains(f *toolchain.Found, r *usage.Result) *Document {
	d.Toolchains, d.Archives = []Toolchain{}, []Archive{}
	var sum struct {
		Toolchains   int      `json:"toolchains"`
		Bytes        int64    `json:"bytes"`
		DiskBytes    int64    `json:"disk_bytes"`
		ArchiveBytes int64    `json:"archive_bytes"`
		Runs         string   `json:"runs"` // what runs outside a project
		Why          string   `json:"why"`
		Problems     []string `json:"problems"`
	}
	if f == nil {
		d.Summary = sum
		return d
	}
	for i := range f.Toolchains {
		t := &f.Toolchains[i]
		d.Toolchains = append(d.Toolchains, Toolchain{
			Version: t.Version, GOOS: t.GOOS, GOARCH: t.GOARCH, Root: t.Root, RootB64: path64(t.Root), Source: t.Source,
			Also: nonNil(t.Also), Bytes: t.Size.Bytes, DiskBytes: t.Size.Disk, SizeKnown: t.SizeKnown, Active: t.Active,
			Why: t.Why, Support: string(t.Support), SupportText: t.SupportText, Owner: t.Owner, Installed: t.Time.UTC(),
			Problems: nonNil(t.Problems), UsedBy: selectors(r, i),
		})
		sum.Bytes += t.Size.Bytes
		sum.DiskBytes += t.Size.Disk
	}
	for _, a := range f.Archives {
		d.Archives = append(d.Archives, Archive{Path: a.Path, PathB64: path64(a.Path), Version: a.Version, Bytes: a.Size.Bytes})
		sum.ArchiveBytes += a.Size.Bytes
	}
	sum.Toolchains = len(f.Toolchains)
	sum.Runs, sum.Why, sum.Problems = f.Choice.Root, f.Choice.Why, nonNil(f.Choice.Problems)
	d.Summary = sum
	return d
}

// selectors are the projects that select a toolchain.
func selectors(r *usage.Result, i int) []User {
	out := []User{}
	if r == nil || i >= len(r.Toolchains) {
		return out
	}
	for _, n := range r.Toolchains[i][:min(len(r.Toolchains[i]), usersMax)] {
		p := &r.Projects[n]
		out = append(out, userOf(p, p.Decides))
	}
	return out
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// A Binary is one installed program.
type Binary struct {
	Name      string    `json:"name"`
	Path      Path      `json:"path"`
	PathB64   Path64    `json:"path_b64,omitzero"`
	Bytes     int64     `json:"bytes"`
	DiskBytes int64     `json:"disk_bytes"`
	Modified  time.Time `json:"modified,omitzero"`
	Go        string    `json:"go"`
	GOOS      string    `json:"goos"`
	GOARCH    string    `json:"goarch"`
	Package   string    `json:"package"`
	Module    string    `json:"module"`
	Version   string    `json:"version"`
	Sum       string    `json:"sum"`
	Deps      int       `json:"deps"`
	Renew     []string  `json:"renew"` // argument vector; empty where renew_why says why not
	RenewWhy  string    `json:"renew_why"`
	OnPath    bool      `json:"on_path"`
	Shadowed  string    `json:"shadowed"` // the program that runs instead
	Problem   string    `json:"problem"`
	Program   *Program  `json:"program,omitzero"` // of a file that was named
}

// WithBinaries fills in the installed programs.
func (d *Document) WithBinaries(f *binary.Found) *Document {
	d.Binaries = []Binary{}
	var sum struct {
		Binaries  int   `json:"binaries"`
		Bytes     int64 `json:"bytes"`
		DiskBytes int64 `json:"disk_bytes"`
		Shadowed  int   `json:"shadowed"`
		OffPath   int   `json:"off_path"`
	}
	if f == nil {
		d.Summary = sum
		return d
	}
	for i := range f.Binaries {
		b := &f.Binaries[i]
		d.Binaries = append(d.Binaries, newBinary(b))
		if b.Shadowed != "" {
			sum.Shadowed++
		}
		if !b.OnPath {
			sum.OffPath++
		}
	}
	sum.Binaries, sum.Bytes, sum.DiskBytes = len(f.Binaries), f.Size.Bytes, f.Size.Disk
	d.Summary = sum
	return d
}

// A Related is something that Go or one of its tools keeps outside the caches.
type Related struct {
	Name      string    `json:"name"`
	Store     string    `json:"store"`
	Path      Path      `json:"path"`
	PathB64   Path64    `json:"path_b64,omitzero"`
	What      string    `json:"what"`
	Bytes     int64     `json:"bytes"`
	DiskBytes int64     `json:"disk_bytes"`
	SizeKnown bool      `json:"size_known"`
	Changed   time.Time `json:"changed,omitzero"`
	Holds     []string  `json:"holds"` // current caches that lie in it
}

func relatedOf(inv *scan.Inventory) []Related {
	out := []Related{}
	for _, r := range inv.Related {
		out = append(out, Related{r.Name, r.Store, r.Path, path64(r.Path), r.What, r.Size.Bytes, r.Size.Disk,
			r.SizeKnown, r.Changed.UTC(), nonNil(r.Holds)})
	}
	return out
}

func newBinary(b *binary.Binary) Binary {
	return Binary{
		Name: b.Name, Path: b.Path, PathB64: path64(b.Path), Bytes: b.Size.Bytes, DiskBytes: b.Size.Disk,
		Modified: b.Time.UTC(), Go: b.GoVersion, GOOS: b.GOOS, GOARCH: b.GOARCH, Package: b.Package, Module: b.Module,
		Version: b.Version, Sum: b.Sum, Deps: len(b.Deps), Renew: nonNil(b.Renew), RenewWhy: b.RenewWhy,
		OnPath: b.OnPath, Shadowed: b.Shadowed, Problem: b.Problem,
	}
}
