package remedy_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/scan/sum"
)

const wrongHash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

// step is one of the damaged version. What is believed of it is what the test says.
func (l *sickbay) step(fixes ...string) plan.Step {
	return plan.Step{Module: l.mod.Path, Version: l.mod.Version, Fixes: fixes, Source: "go.sum"}
}

// known is such a step with the hashes that it has.
func (l *sickbay) known(fixes ...string) plan.Step {
	l.t.Helper()
	st := l.step(fixes...)
	var err error
	st.Hash, err = l.mod.Sum()
	must(l.t, err)
	st.ModHash = sum.Mod([]byte(l.mod.Mod()))
	return st
}

// mendWith carries steps out with what is fetched by a function.
func (l *sickbay) mendWith(ctx context.Context, f remedy.Fetch, steps ...plan.Step) []plan.Outcome {
	l.t.Helper()
	s := l.session()
	defer s.Close()
	out := make([]plan.Outcome, len(steps))
	s.Mend(ctx, steps, remedy.Mender{Installer: l.installer(), Fetch: f}, func(i int, o plan.Outcome) { out[i] = o })
	return out
}

// gives is a Fetch that brings a text for each kind of file, and asks whether it is proved as it has to.
func gives(texts map[string]string) remedy.Fetch {
	return func(_ context.Context, _ module.Version, ext, _, to string, proved func(string) error) error {
		text, ok := texts[ext]
		if !ok {
			return errors.New("nobody has its " + ext)
		}
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return err
		}
		err := proved(to)
		if err != nil {
			os.Remove(to)
		}
		return err
	}
}

// What lies in the cache is unpacked only where go.sum or, if nobody knows it, another file of the cache says that it is right;
// otherwise all stays as it was.
func TestMendProof(t *testing.T) {
	evil := func(l *sickbay) { l.write(l.file("dir")+"/sick.go", "package sick // edited\n") }
	for _, c := range []struct {
		name   string
		damage func(l *sickbay)
		step   func(l *sickbay) plan.Step
		result plan.Result
		says   string
	}{
		{"the hash is another", evil, func(l *sickbay) plan.Step { st := l.known(plan.FixUnpack); st.Hash = wrongHash; return st },
			plan.Failed, "and go.sum says " + wrongHash},
		{"nobody knows it, .ziphash agrees", evil, func(l *sickbay) plan.Step { return l.step(plan.FixUnpack) }, plan.Done, ""},
		{"nobody knows it, the directory agrees", func(l *sickbay) { l.write(l.file("ziphash"), wrongHash) },
			func(l *sickbay) plan.Step { return l.step(plan.FixZiphash) }, plan.Done, ""},
		{"nobody knows it, and nothing agrees", func(l *sickbay) { evil(l); l.write(l.file("ziphash"), wrongHash) },
			func(l *sickbay) plan.Step { return l.step(plan.FixUnpack) }, plan.Failed, "nobody knows the hash"},
		{"nobody knows it, and nothing is there", func(l *sickbay) { l.remove(l.file("dir")); l.remove(l.file("ziphash")) },
			func(l *sickbay) plan.Step { return l.step(plan.FixUnpack) }, plan.Failed, "nobody knows the hash"},
		{"nobody knows it, and the directory is half unpacked", func(l *sickbay) { l.write(l.file("ziphash"), wrongHash); l.write(l.file("partial"), "") },
			func(l *sickbay) plan.Step { return l.step(plan.FixFinish) }, plan.Failed, "nobody knows the hash"},
		{"no zip", func(l *sickbay) { evil(l); l.remove(l.file("zip")) }, func(l *sickbay) plan.Step { return l.known(plan.FixUnpack) }, plan.Skipped, fs.ErrNotExist.Error()},
		{"the zip is a directory", func(l *sickbay) { evil(l); l.dirAt("zip") }, func(l *sickbay) plan.Step { return l.known(plan.FixUnpack) }, plan.Failed, "not what go"},
		{"the zip is none", func(l *sickbay) { evil(l); l.write(l.file("zip"), "PK") }, func(l *sickbay) plan.Step { return l.known(plan.FixUnpack) }, plan.Failed, "cannot be used"},
		{"a go.mod file alone, and the zip is none", func(l *sickbay) { l.write(l.file("mod"), ""); l.write(l.file("zip"), "PK") },
			func(l *sickbay) plan.Step { return l.known(plan.FixMod) }, plan.Done, ""},
		{"a go.mod file alone, the zip is none, and go would unpack it", func(l *sickbay) { l.write(l.file("mod"), ""); l.write(l.file("zip"), "PK"); l.remove(l.file("dir")) },
			func(l *sickbay) plan.Step { return l.known(plan.FixMod) }, plan.Failed, "cannot be used"},
		{"a go.mod file alone, the zip is none, and go would hash it", func(l *sickbay) {
			l.write(l.file("mod"), "")
			l.write(l.file("zip"), "PK")
			l.remove(l.file("ziphash"))
		},
			func(l *sickbay) plan.Step { return l.known(plan.FixMod) }, plan.Failed, "cannot be used"},
		{"a go.mod file alone, the zip is none, and its directory is half unpacked", func(l *sickbay) {
			l.write(l.file("mod"), "")
			l.write(l.file("zip"), "PK")
			l.write(l.file("partial"), "")
		},
			func(l *sickbay) plan.Step { return l.known(plan.FixMod) }, plan.Failed, "cannot be used"},
		{"a go.mod file that nobody knows", func(l *sickbay) { l.write(l.file("mod"), ""); l.remove(l.file("zip")) },
			func(l *sickbay) plan.Step { st := l.known(plan.FixMod); st.ModHash = ""; return st }, plan.Failed, "nobody knows the hash of its go.mod"},
		{"the go.mod file in the zip has another hash, and what comes too", func(l *sickbay) { l.write(l.file("mod"), "") },
			func(l *sickbay) plan.Step { st := l.known(plan.FixMod); st.ModHash = wrongHash; return st }, plan.Failed, "the go.mod file that came has the hash"},
		{"no version", func(*sickbay) {}, func(l *sickbay) plan.Step { st := l.known(plan.FixUnpack); st.Version = "v1"; return st }, plan.Failed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			c.damage(l)
			was := l.state()
			out := l.mendWith(t.Context(), gives(map[string]string{"mod": l.mod.Mod()}), c.step(l))[0]
			if out.Result != c.result || (out.Err == nil) != (c.result == plan.Done) || out.Err != nil && !strings.Contains(out.Err.Error(), c.says) {
				t.Errorf("%+v", out)
			}
			if c.result != plan.Done {
				if now := l.state(); now != was {
					t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
				}
			}
			l.tidy()
		})
	}
}

// What comes is compared with what is known before go sees it: a zip, a go.mod file, an .info. What nobody knows is taken only
// where a person has said so.
func TestMendProofOfWhatComes(t *testing.T) {
	for _, c := range []struct {
		name  string
		texts func(l *sickbay) map[string]string
		step  func(l *sickbay) plan.Step
		says  string // "": it is done
	}{
		{"all as it should be", right, func(l *sickbay) plan.Step { return l.known(plan.FixFetch, plan.FixMod, plan.FixInfo) }, ""},
		{"nobody knows it, and a person has said so", right, func(l *sickbay) plan.Step { st := l.step(plan.FixFetch); st.Unproved = true; return st }, ""},
		{"nobody knows it", right, func(l *sickbay) plan.Step { return l.step(plan.FixFetch) }, "what came has the hash"},
		{"it is known, and a person has said so", with("zip", func(l *sickbay) string { return string(l.zipOf(l.evil())) }),
			func(l *sickbay) plan.Step { st := l.known(plan.FixFetch); st.Unproved = true; return st }, "what came has the hash"},
		{"no zip", with("zip", func(*sickbay) string { return "<html>" }), func(l *sickbay) plan.Step { return l.known(plan.FixFetch) }, "no zip of it"},
		{"no .info", with("info", func(*sickbay) string { return "<html>" }), func(l *sickbay) plan.Step { return l.known(plan.FixInfo) }, "info"},
		{"the .info of another version", with("info", func(*sickbay) string { return `{"Version":"v1.2.1"}` }),
			func(l *sickbay) plan.Step { return l.known(plan.FixInfo) }, `"v1.2.1", want v1.2.0`},
		{"a go.mod file that is no other than in the zip", with("mod", func(*sickbay) string { return "module evil.example/m\n" }),
			func(l *sickbay) plan.Step { return l.known(plan.FixFetch, plan.FixMod) }, ""}, // it is not asked for
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			st := c.step(l)
			for part, fix := range map[string]string{"zip": plan.FixFetch, "mod": plan.FixMod, "info": plan.FixInfo} {
				if st.Has(fix) {
					l.write(l.file(part), "")
				}
			}
			was := l.state()
			out := l.mendWith(t.Context(), gives(c.texts(l)), st)[0]
			if (out.Result == plan.Done) != (c.says == "") || out.Err != nil && !strings.Contains(out.Err.Error(), c.says) {
				t.Errorf("%+v", out)
			}
			if now := l.state(); (now == was) != (c.says != "") {
				t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
			}
			l.tidy()
		})
	}
}

// right is what a proxy has that behaves.
func right(l *sickbay) map[string]string {
	info, err := l.mod.Info()
	must(l.t, err)
	return map[string]string{"zip": string(l.zipOf(l.mod)), "mod": l.mod.Mod(), "info": string(info)}
}

func with(ext string, text func(l *sickbay) string) func(l *sickbay) map[string]string {
	return func(l *sickbay) map[string]string {
		texts := right(l)
		texts[ext] = text(l)
		return texts
	}
}

// Who stops while a zip is hashed gets no answer that says anything, and nothing is changed.
func TestMendStoppedWhileProving(t *testing.T) {
	l := newSickbay(t)
	l.write(l.file("zip"), "")
	was := l.state()
	ctx, cancel := context.WithCancel(t.Context())
	fetch := func(ctx context.Context, m module.Version, ext, hash, to string, proved func(string) error) error {
		cancel()
		return gives(right(l))(ctx, m, ext, hash, to, proved)
	}
	if out := l.mendWith(ctx, fetch, l.known(plan.FixFetch))[0]; out.Result != plan.Untouched {
		t.Errorf("%+v", out)
	}
	if now := l.state(); now != was {
		t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
	}
	l.tidy()
}
