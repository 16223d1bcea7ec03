// Package report is the JSON of godoctor: the one shape that every command answers in.
//
// The schema is "godoctor/v1". Inside it a field may be added, never renamed or removed; enumerations
// may grow. Sizes are integer bytes, times RFC 3339 in UTC, paths absolute and raw; a path that is not
// UTF-8 stands beside as path_b64. Zero values are present: who reads it need not guess.
//
// The package turns facts into the shape and decides nothing.
package report

import (
	"encoding/base64"
	"runtime"
	"time"
	"unicode/utf8"

	"godoctor/doctor/compare"
	"godoctor/doctor/snapshot"
	"godoctor/scan"
)

// Schema names the shape.
const Schema = "godoctor/v1"

// A Document is what one command says.
type Document struct {
	Schema     string    `json:"schema"`
	Command    string    `json:"command"`
	Version    string    `json:"version"`
	Started    time.Time `json:"started"`
	DurationMS int64     `json:"duration_ms"`
	Host       Host      `json:"host"`
	OK         bool      `json:"ok"`
	ExitCode   int       `json:"exit_code"`
	Summary    any       `json:"summary"`

	Stores  []Store  `json:"stores,omitzero"`
	Modules []Module `json:"modules,omitzero"`
	Builds  []Build  `json:"builds,omitzero"`

	Projects []Project `json:"projects,omitzero"`
	Here     *Project  `json:"here,omitzero"` // the project that the program was started in
	Why      []Proof   `json:"proofs,omitzero"`
	Doubts   []Doubt   `json:"doubts,omitzero"`

	Settings   []Setting   `json:"settings,omitzero"`
	Toolchains []Toolchain `json:"toolchains,omitzero"`
	Archives   []Archive   `json:"archives,omitzero"`
	Binaries   []Binary    `json:"binaries,omitzero"`
	Related    []Related   `json:"related,omitzero"`
	Facts      []Fact      `json:"facts,omitzero"`

	Proxies []Proxy  `json:"proxies,omitzero"` // that were asked
	Metrics []Metric `json:"metrics,omitzero"`

	Findings   []Finding    `json:"findings,omitzero"`
	Ignored    []Ignored    `json:"ignored,omitzero"`    // findings that somebody lives with, by the configuration
	Gone       []Finding    `json:"gone,omitzero"`       // of the baseline, what is no more found
	Recognised []Recognised `json:"recognised,omitzero"` // of a text of go, the checks that it leads to
	Checks     []Check      `json:"checks,omitzero"`     // the table
	Conditions []Condition  `json:"conditions,omitzero"` // the catalogue that the table covers
	Topic      *Topic       `json:"topic,omitzero"`      // of help
	Places     []Place      `json:"places,omitzero"`     // what paths of findings are relative to, for a baseline
	Keys       []KeyPlace   `json:"keys,omitzero"`       // of the terminal UI

	Configuration []ConfigSetting `json:"configuration,omitzero"` // of godoctor
	ConfigFiles   []ConfigFile    `json:"config_files,omitzero"`

	Snapshot    *snapshot.Snapshot   `json:"snapshot,omitzero"`
	Differences []compare.Difference `json:"differences,omitzero"` // those that matter most first
	Rebuild     *Rebuild             `json:"rebuild,omitzero"`

	Plan   *Plan   `json:"plan,omitzero"`
	Repair *Repair `json:"repair,omitzero"`
	Bundle *Bundle `json:"bundle,omitzero"`
	Run    *Run    `json:"run,omitzero"`
	Runs   []Run   `json:"runs,omitzero"` // of history

	Problems   []Problem    `json:"problems"`
	Unreadable []Unreadable `json:"unreadable"`
}

// A Host is the machine that was looked at.
type Host struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	Go   string `json:"go"` // version of the go command that was found; empty if none was
}

// Summary is the summary of status.
type Summary struct {
	Bytes            int64     `json:"bytes"`
	DiskBytes        int64     `json:"disk_bytes"`
	Files            int64     `json:"files"`
	ReclaimableBytes int64     `json:"reclaimable_bytes"`
	Exact            bool      `json:"exact"`          // every inode was looked at
	Since            time.Time `json:"since,omitzero"` // else: what looks unchanged is as of then
	OfflineBytes     int64     `json:"offline_bytes"`  // extracted directories whose zip is there
	Modules          int       `json:"modules"`        // module versions, toolchains included
	Unreadable       int64     `json:"unreadable"`     // places that could not be read
	HoldBytes        int64     `json:"hold_bytes"`     // nobody needs them, and they may not come back
	Projects         int       `json:"projects"`       // that were found
	Kept             []Kept    `json:"kept"`           // what each state of module versions withholds
}

// A Store is one kind of thing that Go keeps.
type Store struct {
	Name             string `json:"name"`
	Path             Path   `json:"path"`
	PathB64          Path64 `json:"path_b64,omitzero"`
	Bytes            int64  `json:"bytes"`
	DiskBytes        int64  `json:"disk_bytes"`
	Files            int64  `json:"files"`
	Items            int64  `json:"items"`
	ReclaimableBytes int64  `json:"reclaimable_bytes"`
	Tier             string `json:"tier"`
	Exact            bool   `json:"exact"`
}

// A Module is one module version in the module cache; a toolchain in it is one too.
type Module struct {
	Path             string    `json:"path"`
	Version          string    `json:"version"`
	State            string    `json:"state"`
	Reasons          []string  `json:"reasons"`
	Tier             string    `json:"tier"`
	SourcesBytes     int64     `json:"sources_bytes"`
	SourcesDiskBytes int64     `json:"sources_disk_bytes"`
	ZipBytes         int64     `json:"zip_bytes"`
	DiskBytes        int64     `json:"disk_bytes"` // all parts
	Files            int64     `json:"files"`
	Fetched          time.Time `json:"fetched,omitzero"`
	UsedBy           []User    `json:"used_by"`
	Dir              Path      `json:"dir"` // empty if it is not extracted
	DirB64           Path64    `json:"dir_b64,omitzero"`
	Zip              Path      `json:"zip"` // empty if there is none
	ZipB64           Path64    `json:"zip_b64,omitzero"`
	Exact            bool      `json:"exact"`
	Users            int       `json:"users"` // how many there are; used_by lists at most 100
	Pinned           bool      `json:"pinned"`
	Young            bool      `json:"young"`
	Private          bool      `json:"private"`
	Hash             string    `json:"hash"` // who knows the hash of the zip: go.sum, checksum database, or nobody
	RemovableBytes   int64     `json:"removable_bytes"`
}

// A User is what needs a module version.
type User struct {
	Kind    string `json:"kind"`
	Path    Path   `json:"path"`
	PathB64 Path64 `json:"path_b64,omitzero"`
	How     string `json:"how"`
}

// A Build is a part of the build cache: entries of one kind, made by one Go version for one platform,
// last used within one span of time.
type Build struct {
	Kind      string `json:"kind"`
	Go        string `json:"go"`
	OS        string `json:"os"`
	Arch      string `json:"arch"`
	Age       string `json:"age"`
	Entries   int64  `json:"entries"`
	Bytes     int64  `json:"bytes"`
	DiskBytes int64  `json:"disk_bytes"`
}

// A Problem is what kept the scan from looking at a root, or what is wrong with a setting.
type Problem struct {
	Subject string `json:"subject"`
	Path    Path   `json:"path"`
	PathB64 Path64 `json:"path_b64,omitzero"`
	Line    int    `json:"line"`
	Message string `json:"message"`
	Fatal   bool   `json:"fatal"` // the root was not scanned
}

// Unreadable is a place that could not be looked at.
type Unreadable struct {
	Path    Path   `json:"path"`
	PathB64 Path64 `json:"path_b64,omitzero"`
	Error   string `json:"error"`
}

// Path is a raw path. Bytes that are not UTF-8 become U+FFFD in JSON, as encoding/json has it.
type Path = string

// Path64 is a path in base64 (RFC 4648, standard alphabet), given where Path cannot hold it.
type Path64 = string

func path64(p string) Path64 {
	if utf8.ValidString(p) {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte(p))
}

// Bare begins the document of a command that looks at nothing.
func Bare(command, version string) *Document {
	return &Document{
		Schema: Schema, Command: command, Version: version, Started: time.Now().UTC(),
		Host: Host{OS: runtime.GOOS, Arch: runtime.GOARCH},
		OK:   true, Problems: []Problem{}, Unreadable: []Unreadable{},
	}
}

// New begins the document of a command over an inventory.
func New(command, version string, inv *scan.Inventory) *Document {
	d := Bare(command, version)
	d.Started, d.DurationMS = inv.Started.UTC(), inv.Finished.Sub(inv.Started).Milliseconds()
	d.Host.Go = inv.Env.GoVersion()
	for _, p := range inv.Problems {
		d.Problems = append(d.Problems, Problem{p.Subject, p.Path, path64(p.Path), p.Line, p.Message, p.Fatal})
	}
	for _, u := range inv.Unreadable {
		d.Unreadable = append(d.Unreadable, Unreadable{u.Path, path64(u.Path), u.Err.Error()})
	}
	return d
}
