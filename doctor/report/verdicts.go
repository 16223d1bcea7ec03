package report

import (
	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan/toolchain"
)

// A Verdict is what came of the comparison of a toolchain or an archive with the signed record of its release.
type Verdict struct {
	State       string   `json:"state"`    // genuine, genuine except go.env, not an official build, differs, unknown
	Why         string   `json:"why"`      // in words: what was edited, what differs, why nothing is known
	Module      string   `json:"module"`   // as which it was published: golang.org/toolchain@v0.0.1-...; empty: none can be named
	InCache     bool     `json:"in_cache"` // the go command has downloaded it
	Env         []string `json:"env"`      // settings in go.env that are not as they were published
	Hash        string   `json:"hash"`     // h1 as it is
	Signed      string   `json:"signed"`   // h1 in the signed record; empty: not known
	Files       []File   `json:"files"`
	FilesMore   int      `json:"files_more"`
	BytesHashed int64    `json:"bytes_hashed"`
}

// A ToolchainSummary counts verdicts and findings.
type ToolchainSummary struct {
	Toolchains  int   `json:"toolchains"` // archives among them
	Genuine     int   `json:"genuine"`    // those with another go.env among them
	Unofficial  int   `json:"unofficial"`
	Differs     int   `json:"differs"`
	Unknown     int   `json:"unknown"`
	Errors      int   `json:"errors"`
	Warnings    int   `json:"warnings"`
	Notes       int   `json:"notes"`
	BytesHashed int64 `json:"bytes_hashed"`
}

// Count counts findings.
func (s *ToolchainSummary) Count(list []finding.Finding) {
	s.Errors, s.Warnings, s.Notes = finding.Count(list)
}

// WithVerdicts fills in the toolchains and archives that there is a verdict on, in its order, with what else is known of
// them, and gives the count.
func (d *Document) WithVerdicts(f *toolchain.Found, r *usage.Result, list []verify.ToolchainVerdict) ToolchainSummary {
	known := new(Document).WithToolchains(f, r)
	tools, archives := make(map[string]Toolchain), make(map[string]Archive)
	for _, t := range known.Toolchains {
		tools[t.Root] = t
	}
	for _, a := range known.Archives {
		archives[a.Path] = a
	}
	d.Toolchains, d.Archives = []Toolchain{}, []Archive{}
	var sum ToolchainSummary
	for i := range list {
		v := &list[i]
		sum.count(v)
		if v.Archive {
			a, ok := archives[v.Path]
			if !ok {
				a = Archive{Path: v.Path, PathB64: path64(v.Path), Version: v.Version}
			}
			a.Verdict = verdictOf(v)
			d.Archives = append(d.Archives, a)
			continue
		}
		t, ok := tools[v.Path]
		if !ok {
			t = Toolchain{Version: v.Version, GOOS: v.GOOS, GOARCH: v.GOARCH, Root: v.Path, RootB64: path64(v.Path),
				Also: []string{}, Support: string(toolchain.Unknown), Problems: []string{}, UsedBy: []User{}}
		}
		t.Verdict = verdictOf(v)
		d.Toolchains = append(d.Toolchains, t)
	}
	return sum
}

func (s *ToolchainSummary) count(v *verify.ToolchainVerdict) {
	s.Toolchains++
	s.BytesHashed += v.Bytes
	switch v.State {
	case verify.Genuine, verify.GenuineButEnv:
		s.Genuine++
	case verify.Unofficial:
		s.Unofficial++
	case verify.Differs:
		s.Differs++
	default:
		s.Unknown++
	}
}

func verdictOf(v *verify.ToolchainVerdict) *Verdict {
	out := &Verdict{State: string(v.State), Why: NoPassword(v.Why), InCache: v.InCache, Env: make([]string, 0, len(v.Env)),
		Hash: v.Hash, Signed: v.Signed, Files: make([]File, 0, len(v.Files)), FilesMore: v.More, BytesHashed: v.Bytes}
	for _, e := range v.Env {
		out.Env = append(out.Env, NoPassword(e))
	}
	if v.Module.Path != "" {
		out.Module = v.Module.String()
	}
	for _, x := range v.Files {
		out.Files = append(out.Files, File{x.Path, path64(x.Path), string(x.Change)})
	}
	return out
}
