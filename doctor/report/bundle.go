package report

import (
	"godoctor/doctor/bundle"
)

// A Bundle is an offline bundle: one that was made, checked or applied.
type Bundle struct {
	Path       Path           `json:"path"`
	PathB64    Path64         `json:"path_b64,omitzero"`
	Kind       string         `json:"kind"`     // "directory" or "archive"
	Manifest   string         `json:"manifest"` // its SHA-256: what names the bundle
	Since      string         `json:"since"`    // that of the manifest of a bundle whose versions are left out
	Files      int            `json:"files"`
	Bytes      int64          `json:"bytes"`     // of the files
	SumDB      string         `json:"sumdb"`     // the checksum database, with the hash of its key
	HeadSize   int64          `json:"head_size"` // records in the pinned tree
	Foreign    bool           `json:"foreign"`   // GOSUMDB of this machine is not that database
	Linked     bool           `json:"linked"`    // the pinned head goes on from the newest one that this machine has seen
	Modules    []BundleModule `json:"modules"`
	Faults     []BundleFault  `json:"faults"`
	FetchedB   int64          `json:"fetched_bytes"` // of create: that came over the network
	Reused     int            `json:"reused"`        // of create: zips that were here already
	LeftOut    int            `json:"left_out"`      // of create: versions that the other bundle has
	DurationMS int64          `json:"work_ms"`       // of create and apply, without the look at the machine
}

// A BundleModule is a module version in a bundle.
type BundleModule struct {
	Path     string `json:"path"`
	Version  string `json:"version"`
	Zip      string `json:"zip"` // its h1; "": only the go.mod file is there
	Mod      string `json:"mod"`
	ZipBytes int64  `json:"zip_bytes"`
	Recorded bool   `json:"recorded"` // it has a record of the checksum database
	Proof    string `json:"proof"`    // who stands for the hashes here: "record", "go.sum", "" (nobody)
	State    string `json:"state"`    // of apply: "there", "planned", "installed", "failed", "left"; of create "packed", with -n "planned"; of verify "right", "wrong"
	To       string `json:"to"`       // of apply: "modcache" or "sdk"
	Error    string `json:"error"`
}

// A BundleFault is a file of a bundle that is not what it should be, or what is wrong with all of it (an empty name).
type BundleFault struct {
	Name  string `json:"name"`
	Error string `json:"error"`
}

// A BundleSummary is the summary of the bundle commands.
type BundleSummary struct {
	Modules    int   `json:"modules"`
	Zips       int   `json:"zips"` // versions with their packages, toolchains included
	Toolchains int   `json:"toolchains"`
	Bytes      int64 `json:"bytes"`
	Unproved   int   `json:"unproved"` // versions for which nobody stands here
	Wrong      int   `json:"wrong"`    // faults, and versions that are not to be believed
	There      int   `json:"there"`
	Installed  int   `json:"installed"`
	Failed     int   `json:"failed"`
	DryRun     bool  `json:"dry_run"`
}

// A BundleEvent says to JSON lines what became of a version, as soon as it is known.
type BundleEvent struct {
	Module  string `json:"module"`
	Version string `json:"version"`
	State   string `json:"state"` // "installed" or "failed"
	Error   string `json:"error"`
}

// A StageEvent says to JSON lines what begins.
type StageEvent struct {
	Stage string `json:"stage"`
}

// WithBundle adds a bundle that was opened, and what is known of it; checked may be nil.
func (d *Document) WithBundle(b *bundle.Bundle, checked *bundle.Report) *Document {
	m := b.Manifest
	out := &Bundle{Path: b.Path, PathB64: path64(b.Path), Kind: "archive", Manifest: b.SHA256, Since: m.Since, Files: len(m.Files), Bytes: m.Bytes(),
		Modules: []BundleModule{}, Faults: []BundleFault{}}
	if b.Dir {
		out.Kind = "directory"
	}
	if m.SumDB != nil {
		out.SumDB, out.HeadSize = m.SumDB.Key, b.HeadSize()
	}
	for i := range m.Modules {
		x := &m.Modules[i]
		out.Modules = append(out.Modules, BundleModule{Path: x.Path, Version: x.Version, Zip: x.Zip, Mod: x.Mod, ZipBytes: b.ZipBytes(x), Recorded: x.Recorded})
	}
	d.Bundle = out
	if checked != nil {
		out.checked(checked)
	}
	return d.BundleSummary(false)
}

func (b *Bundle) checked(r *bundle.Report) {
	b.Foreign, b.Linked = r.Foreign != "", true
	for i := range r.Modules {
		c, x := &r.Modules[i], &b.Modules[i]
		x.Proof, x.State = string(c.Proof), "right"
		if c.Err != nil {
			x.State, x.Error = "wrong", NoPassword(c.Err.Error())
		}
		if c.Proof == bundle.ByRecord && !c.Linked {
			b.Linked = false
		}
	}
	for _, f := range r.Faults {
		b.Faults = append(b.Faults, BundleFault{f.Name, NoPassword(f.Err.Error())})
	}
	if r.Err != nil {
		b.Faults = append(b.Faults, BundleFault{"", NoPassword(r.Err.Error())})
	}
}

// BundleSummary counts what the bundle of the document says.
func (d *Document) BundleSummary(dry bool) *Document {
	s := BundleSummary{Modules: len(d.Bundle.Modules), Bytes: d.Bundle.Bytes, Wrong: len(d.Bundle.Faults), DryRun: dry}
	for i := range d.Bundle.Modules {
		x := &d.Bundle.Modules[i]
		if x.Zip != "" {
			s.Zips++
		}
		if x.Path == "golang.org/toolchain" {
			s.Toolchains++
		}
		if x.Proof == "" {
			s.Unproved++
		}
		switch x.State {
		case "wrong":
			s.Wrong++
		case "there":
			s.There++
		case "installed":
			s.Installed++
		case "failed":
			s.Failed++
		}
	}
	d.Summary = s
	return d
}
