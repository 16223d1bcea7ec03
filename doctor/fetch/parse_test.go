package fetch

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

func TestSettings(t *testing.T) {
	s := settings(t, "GOPROXY= proxy.example/mod | https://user:secret@two.example/?token=secret , file:///srv/mod,direct,off",
		"GOPRIVATE=*.corp.example,example.org/a", "GONOSUMDB=none", "GOSUMDB=sum.example+1234abcd+AAAA https://sum.example", "GOINSECURE=x")
	want := []string{"https://proxy.example/mod", "https://two.example/", "file:///srv/mod"}
	var got []string
	for _, p := range s.Proxies {
		got = append(got, p.String())
	}
	if !slices.Equal(got, want) || s.End != Direct || s.Err != nil || !s.Proxies[0].OnAnyError || s.Proxies[1].OnAnyError {
		t.Errorf("got %q, %q, %v", got, s.End, s.Err)
	}
	if s.Proxies[1].Host() != "two.example" || s.Proxies[2].Host() != "" || s.SumDB != "sum.example" || s.Insecure != "x" {
		t.Errorf("hosts %q, %q, checksum database %q", s.Proxies[1].Host(), s.Proxies[2].Host(), s.SumDB)
	}
	for path, want := range map[string]bool{
		"git.corp.example/x": true, "corp.example/x": false, "example.org/a/b": true, "example.org/ab": false,
	} {
		if s.Private(path) != want || s.PrivateSum(path) {
			t.Errorf("%s: private %v, of the checksum database %v", path, s.Private(path), s.PrivateSum(path))
		}
	}
	if s := settings(t, "GOPRIVATE=a.example", "GONOPROXY=none"); s.Private("a.example/x") || !s.PrivateSum("a.example/x") {
		t.Error("GONOPROXY does not go before GOPRIVATE")
	}
}

func TestSumDBName(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "off": "", "sum.example": "sum.example", "sum.example https://mirror.example": "sum.example",
		"sum.example+033de0ae+Ac4z": "sum.example", "sum.golang.google.cn": "sum.golang.org",
	} {
		if got := sumDBName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// Go words the refusal of a list, and so do we, but for a password in it.
func TestRefusedLists(t *testing.T) {
	for list, want := range map[string]string{
		"":                                 "GOPROXY is not set, and no go is installed that has a default for it: set GOPROXY",
		" , |":                             "GOPROXY list is not the empty string, but contains no entries",
		"ftp://x":                          "invalid proxy URL scheme (must be https, http, file): ftp://x",
		"word":                             "invalid proxy URL missing scheme: word",
		"/srv/mod":                         "invalid proxy URL missing scheme: /srv/mod",
		"file://host/srv":                  "invalid file:// proxy URL with non-path elements: file://host/srv",
		"file:///srv?x":                    "invalid file:// proxy URL with non-path elements: file:///srv",
		"ftp://user:secret@x":              "invalid proxy URL scheme (must be https, http, file): ftp://x",
		"https://user:sec#ret@x":           "an entry of GOPROXY is no address (it is not shown, because it may hold a password)",
		"https://user:sec,ret@x.example":   "an entry of GOPROXY is no address (it is not shown, because it may hold a password)",
		"mailto:/secret@x":                 "invalid proxy URL scheme (must be https, http, file): mailto:...",
		"https://[::1":                     `parse "https://[::1": missing ']' in host`,
		"https://a.example,gopher://s:p@x": "invalid proxy URL scheme (must be https, http, file): gopher://x",
	} {
		if _, _, err := parseGOPROXY(list); err == nil || err.Error() != want {
			t.Errorf("%q: %v; want %s", list, err, want)
		}
	}
}

func TestUsesNetrc(t *testing.T) {
	for in, want := range map[string]bool{"": true, "netrc": true, "off": false, "git /src; netrc": true, "/bin/netrc": false, "git /netrc": false} {
		if usesNetrc(in) != want {
			t.Errorf("%q: %v", in, !want)
		}
	}
}

func TestNetrcFiles(t *testing.T) {
	vars := func(s ...string) func(string) string { return variables(s) }
	for _, c := range []struct {
		goos string
		vars func(string) string
		want []string
	}{
		{"linux", vars("HOME=/h", "NETRC=/n"), []string{"/n"}}, {"linux", vars("HOME=/h"), []string{"/h/.netrc"}}, {"linux", vars(), nil},
		{"windows", vars("HOME=/h", "USERPROFILE=/u"), []string{"/u/_netrc", "/u/.netrc"}},
	} {
		got := netrcFiles(c.vars, c.goos)
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], `\`, "/")
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.goos, got, c.want)
		}
	}
}

func TestFilePath(t *testing.T) {
	for _, c := range []struct{ goos, path, want string }{
		{"linux", "/srv/a b", "/srv/a b"}, {"linux", "", ""}, {"linux", "srv", ""}, {"windows", "/C:/srv", "C:/srv"}, {"windows", "/srv", ""},
		{"windows", "", ""},
	} {
		got, err := filePath(&url.URL{Scheme: "file", Path: c.path}, c.goos)
		if strings.ReplaceAll(got, `\`, "/") != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s %q: %q, %v", c.goos, c.path, got, err)
		}
	}
}

func TestParseList(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string // nil: refused
	}{
		{"", []string{}}, {"\n\n", []string{}}, {"v1.10.0\nv1.2.0 2024-03-05T12:00:00Z\r\nv1.9.0-rc.1\n", []string{"v1.2.0", "v1.9.0-rc.1", "v1.10.0"}},
		{"v0.0.0-20240305120000-abcdefabcdef\n", []string{}}, {"v1.0.0\nnonsense\n", []string{"v1.0.0"}}, {"nonsense", nil}, {"1.0.0", nil},
		{"\ufeff \n<!DOCTYPE html>\nv1.0.0", nil}, {"\x00\x00\x00", nil}, {"v0.0.1-go1.27.4.linux-amd64", []string{"v0.0.1-go1.27.4.linux-amd64"}},
	} {
		got, err := parseList([]byte(c.in))
		if !slices.Equal(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("%q: %q, %v", c.in, got, err)
		}
	}
}

func FuzzGOPROXY(f *testing.F) {
	for _, s := range lists {
		f.Add(s, "secret", "")
	}
	f.Add("https://a.example,", "se cret", "|direct")
	f.Add("", "12/secret", "/mod")
	f.Add("", "a@%zz", "")
	f.Fuzz(func(t *testing.T, before, password, after string) {
		list := before + "https://user:" + password + "@proxy.example" + after
		proxies, _, err := parseGOPROXY(list)
		text := ""
		if err != nil {
			text = err.Error()
			if len(proxies) > 0 {
				t.Errorf("%q: proxies and an error", list)
			}
		}
		for _, p := range proxies {
			text += "\n" + p.String()
			if s := p.base.Scheme; s != "http" && s != "https" && s != "file" {
				t.Errorf("%q: scheme %q", list, s)
			}
		}
		if len(password) > 3 && strings.Count(list, password) == 1 && strings.Contains(text, password) && !strings.ContainsAny(password, "@?#,|") {
			t.Errorf("%q: the password %q is in %q", list, password, text)
		}
	})
}

func FuzzParseList(f *testing.F) {
	for _, s := range []string{"", "v1.0.0\nv1.1.0 2024-03-05T12:00:00Z\n", "<html>", "v0.0.0-20240305120000-abcdefabcdef", "v0.0.1-go1.27.4.linux-amd64\r\n", "\xff\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parseList(data)
		if err != nil && list != nil || !slices.IsSortedFunc(list, semver.Compare) {
			t.Errorf("%q, %v", list, err)
		}
		for _, v := range list {
			if !semver.IsValid(v) || module.IsPseudoVersion(v) || !strings.Contains(string(data), v) {
				t.Errorf("%q is in the list", v)
			}
		}
	})
}

func FuzzNetrc(f *testing.F) {
	for _, s := range netrcs {
		f.Add(s, "proxy.example", "/mod")
	}
	f.Fuzz(func(t *testing.T, data, host, path string) {
		list := parseNetrc(data)
		for _, l := range list {
			if l.machine == "" || l.user == "" || l.password == "" || len(strings.Fields(l.machine+l.user+l.password)) != 1 {
				t.Errorf("login %+v", l)
			}
		}
		if l := find(list, host, path); l != nil && !strings.HasPrefix(host+path, strings.TrimSuffix(strings.TrimPrefix(l.machine, "https://"), "/")) {
			t.Errorf("%q has the login of %q", host+path, l.machine)
		}
	})
}

func FuzzRedirect(f *testing.F) {
	for _, s := range []string{"", "/x", "//other.example/x", "http://x", "https://u:p@x/?q", "file:///etc/passwd", "ftp://x", "http:", "https:///x", "%zz", "?a#b"} {
		f.Add(s)
	}
	from := &url.URL{Scheme: "https", Host: "proxy.example", Path: "/a/b"}
	f.Fuzz(func(t *testing.T, location string) {
		to, err := redirect(from, location)
		switch {
		case err != nil && to != nil:
			t.Error("an address and an error")
		case err == nil && (to.Scheme != "https" || to.Host == "" || to.User != nil):
			t.Errorf("%q leads to %q", location, to)
		}
	})
}
