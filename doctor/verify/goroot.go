package verify

import (
	"crypto/sha256"
	"fmt"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"godoctor/scan/goenv"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// published gives the name that a file of a GOROOT or of a distribution has in the module of its toolchain; "" if it is
// not in there (cmd/distpack: binArch, modArch). What no distribution ever had, like GOPATHs that version managers put
// into a GOROOT and archives that golang.org/dl leaves in it, is left out here; what some had and others had not, in
// [variants].
func published(rel string) string {
	top, below, deeper := strings.Cut(rel, "/")
	base := path.Base(rel)
	switch {
	case !deeper:
		if strings.HasPrefix(top, ".") || strings.HasSuffix(top, ".tar.gz") || strings.HasSuffix(top, ".zip") || top == "VERSION.cache" {
			return ""
		}
	case top == "pkg":
		if dir, _, _ := strings.Cut(below, "/"); below != "" && !strings.Contains(dir, "_") && dir != "include" && dir != "tool" {
			return "" // mod, sumdb, obj, distpack, bootstrap
		}
	case top != "bin" && top != "lib" && top != "src":
		return ""
	}
	switch {
	case base == ".DS_Store", strings.HasSuffix(base, ".exe~"), rel == "src/cmd/dist/dist", rel == "src/cmd/dist/dist.exe":
		return ""
	case base == "go.mod":
		return rel[:len(rel)-len(base)] + "_go.mod"
	}
	return rel
}

// variants are the sets of files that a release can have had. Which tools are in a distribution changed over time, and
// go install may have put others beside them; before Go 1.20 it had compiled packages.
func (s *subject) variants(list []sum.File) [][]sum.File {
	tools := "pkg/tool/" + s.GOOS + "_" + s.GOARCH + "/"
	keep := func(all bool) []sum.File {
		return slices.DeleteFunc(slices.Clone(list), func(f sum.File) bool {
			dir, base := path.Split(f.Name)
			base = strings.TrimSuffix(base, ".exe")
			switch {
			case dir == "":
				return !slices.Contains(topFiles, base)
			case dir == "bin/":
				return base != "go" && base != "gofmt"
			case dir == tools:
				return !all && !slices.Contains(toolNames, base)
			}
			return strings.HasPrefix(dir, "bin/") || strings.HasPrefix(dir, "pkg/") && !strings.HasPrefix(dir, "pkg/include/")
		})
	}
	return [][]sum.File{keep(false), keep(true), list}
}

// toolNames are the tools of a distribution since Go 1.25 (cmd/distpack), topFiles the files beside the directories.
var (
	toolNames = strings.Fields("asm cgo compile cover fix link preprofile vet")
	topFiles  = strings.Fields("AUTHORS CONTRIBUTING.md CONTRIBUTORS LICENSE PATENTS README.md SECURITY.md VERSION codereview.cfg favicon.ico go.env robots.txt")
)

// goroot judges an installed toolchain.
func (t *toolchains) goroot(s *subject) {
	job := sum.Job{Path: s.Module.Path, Version: s.Module.Version, Dir: s.Path, Toolchain: true, Name: published}
	r := sum.One(t.ctx, job, sum.Options{Files: true, Meter: t.meter})
	if r == nil || r.Dir == nil {
		return
	}
	s.Bytes += r.Dir.Bytes
	if len(r.Dir.Contents) == 0 {
		s.State, s.Why = Unsigned, fmt.Sprintf("it could not be hashed: %v", r.Dir.Err)
		return
	}
	t.compare(s, r.Dir.Contents)
	if s.State != Differs {
		return
	}
	if why := built(s.Path); why != "" {
		s.State, s.Why, s.Files, s.More = Unofficial, why, nil, 0
	} else if s.packaged {
		s.State, s.Why, s.Files, s.More = Unofficial, "a package manager has installed it, and its files are its own", nil, 0
	} else if r.Dir.H1 == "" {
		s.Why += fmt.Sprintf("; not all of it could be read: %v", r.Dir.Err)
	}
}

// compare compares the files of a toolchain, under their published names, with the signed record.
func (t *toolchains) compare(s *subject, list []sum.File) {
	sets := s.variants(list)
	s.Hash, _ = sum.H1(s.prefix(), sets[0])
	for _, set := range sets {
		if h, err := sum.H1(s.prefix(), set); err == nil && h == s.Signed {
			s.State, s.Hash = Genuine, h
			return
		}
	}
	if env, ok := t.undone(s, sets); ok {
		s.State, s.Env = GenuineButEnv, env
		s.Why = strings.Join(env, " ")
		return
	}
	s.State = Differs
	t.listFiles(s, s.Signed, sets[0])
}

// undone looks for the text of go.env with which the toolchain is the one that was published.
func (t *toolchains) undone(s *subject, sets [][]sum.File) (settings []string, ok bool) {
	if s.Archive {
		return nil, false
	}
	own, err := regular.ReadFile(filepath.Join(s.Path, "go.env"), envMax)
	if err != nil {
		own = nil
	}
	for _, text := range envTexts(string(own), t.otherEnvs()) {
		file := sum.File{Name: "go.env", Size: int64(len(text)), Sum: sha256.Sum256([]byte(text))}
		for _, set := range sets {
			if t.ctx.Err() != nil {
				return nil, false
			}
			set = append(slices.DeleteFunc(slices.Clone(set), func(f sum.File) bool { return f.Name == "go.env" }), file)
			if h, err := sum.H1(s.prefix(), set); err == nil && h == s.Signed {
				return editedEnv(string(own), text), true
			}
		}
	}
	return nil, false
}

// built says by what bin/go tells of itself that it is no official build; "" if it does not say so. Official ones know
// no path of the machine that built them, and nothing of a repository (cmd/dist: cmdbootstrap). Before Go 1.18 they said
// nothing.
func built(root string) string {
	info := goInfo(filepath.Join(root, "bin", "go"))
	if info == nil {
		info = goInfo(filepath.Join(root, "bin", "go.exe"))
	}
	if info == nil || len(info.Settings) == 0 {
		return ""
	}
	trimmed := false
	for _, s := range info.Settings {
		trimmed = trimmed || s.Key == "-trimpath" && s.Value == "true"
		switch {
		case strings.HasPrefix(s.Key, "vcs"):
			return "bin/go was built in a repository"
		case s.Key == "CGO_ENABLED" && s.Value == "1", s.Key == "-ldflags", s.Key == "-tags":
			return fmt.Sprintf("bin/go was built with %s=%s", s.Key, s.Value)
		}
	}
	if !trimmed {
		return "bin/go was built without -trimpath"
	}
	return ""
}

// goInfo reads what the linker wrote into a program, or nil.
func goInfo(file string) *debug.BuildInfo {
	f, err := regular.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	return goenv.BuildInfo(f)
}
