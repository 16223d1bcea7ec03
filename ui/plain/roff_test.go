package plain

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// rendered is a page with a text in every place that takes one.
func rendered(t testing.TB, s string) string {
	t.Helper()
	var b strings.Builder
	r := NewRoff(&b, PageName{Name: s, Section: 1, Date: "2026-11-27", Source: s, Title: s})
	r.Section(s)
	r.Text(s + "\n\n  " + s + "\n" + s)
	r.Part(s)
	r.Synopsis(s, s)
	r.Item(s, s, s)
	r.Pages([]string{s, s})
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRoff(t *testing.T) {
	var b strings.Builder
	r := NewRoff(&b, PageName{Name: "godoctor-ls", Section: 1, Date: "2026-11-27", Source: "godoctor v1.2.3", Title: "list what's there"})
	r.Section("options")
	r.Item("-o, --output", "FILE", `write to C:\x — or "-"`)
	r.Text("One\ntwo.\n\n.dot:\n\n  godoctor ls '*'\n  .x")
	r.Pages([]string{"go(1)"})
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	want := `.TH "GODOCTOR\-LS" 1 "2026-11-27" "godoctor v1.2.3" "godoctor manual"
.ad l
.nh
.SH "NAME"
godoctor\-ls \- list what\(aqs there
.SH "OPTIONS"
.TP
\fB\-o, \-\-output\fR \fIFILE\fR
write to C:\(rsx \[u2014] or "\-"
.PP
One
two.
.PP
\&.dot:
.PP
.RS 4
.nf
godoctor ls \(aq*\(aq
\&.x
.fi
.RE
.PP
go(1)
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// FuzzRoff: no text becomes a request, an escape or a control character, whatever it is.
func FuzzRoff(f *testing.F) {
	for _, s := range []string{"text", ".SH", "'br", `\fB\X'x'`, "a\n.so /etc/passwd", "\x1b[2J\x9b", `"`, "—\u202e", ".", "\n\n  x\n.y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ours := map[string]bool{}
		for _, m := range strings.Fields(".TH .ad .nh .SH .SS .PP .TP .RS .RE .nf .fi") {
			ours[m] = true
		}
		for _, l := range strings.Split(rendered(t, s), "\n") {
			macro, _, _ := strings.Cut(l, " ")
			if strings.HasPrefix(l, "'") || strings.HasPrefix(l, ".") && !ours[macro] {
				t.Errorf("%q makes the request %q", s, l)
			}
			for i := 0; i < len(l); i++ {
				if l[i] < ' ' || l[i] > '~' {
					t.Fatalf("%q makes the byte %#x", s, l[i])
				}
				if l[i] == '\\' {
					if rest := l[i+1:]; !strings.HasPrefix(rest, "(") && !strings.HasPrefix(rest, "[u") && !strings.HasPrefix(rest, "-") &&
						!strings.HasPrefix(rest, "&") && !strings.HasPrefix(rest, "fB") && !strings.HasPrefix(rest, "fI") && !strings.HasPrefix(rest, "fR") {
						t.Fatalf("%q makes the escape %q", s, rest)
					}
				}
			}
		}
	})
}

type noRoom struct{}

func (noRoom) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestRoffFull(t *testing.T) {
	r := NewRoff(noRoom{}, PageName{Name: "x"})
	if err := r.End(); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a page that could not be written: %v", err)
	}
}
