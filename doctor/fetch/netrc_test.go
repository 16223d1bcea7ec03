package fetch

import (
	"slices"
	"testing"
)

// netrcs are netrc files, the seeds of the fuzz test.
var netrcs = []string{
	"", "machine proxy.example login me password secret\n", "machine proxy.example\nlogin me\npassword secret\n",
	"machine a.example login x password y\nmachine proxy.example login me password secret",
	"machine proxy.example login me password secret\nmachine proxy.example login two password three\n",
	"default login anybody password secret\n", "machine proxy.example login me\ndefault\nmachine proxy.example login a password b\n",
	"macdef init\nput x\nmachine proxy.example login evil password evil\n\nmachine proxy.example login me password secret\n",
	"machine proxy.example password secret login me account x\n", "machine proxy.example/mod login me password secret\n",
	"machine proxy.example:443 login me password secret\n", "machine proxy.example login me password\n", "# comment\nmachine proxy.example login me password secret\r\n",
	"machine proxy.example login me password secret machine other.example login a password b\n", "machine https://proxy.example/ login me password secret\n",
	"machine proxy.example login me password s\xffcret\n", "machine\tproxy.example\tlogin\tme\tpassword\tsecret\n", "machine example login me password secret\n",
}

func TestParseNetrc(t *testing.T) {
	me := login{"proxy.example", "me", "secret"}
	for i, want := range map[int][]login{
		0: nil, 1: {me}, 2: {me}, 3: {{"a.example", "x", "y"}, me}, 5: nil, 6: nil, 7: {me}, 8: {me}, 11: nil, 13: {me, {"other.example", "a", "b"}},
	} {
		if got := parseNetrc(netrcs[i]); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", netrcs[i], got, want)
		}
	}
}

func TestFindLogin(t *testing.T) {
	list := []login{{"proxy.example", "a", "1"}, {"proxy.example", "b", "2"}, {"proxy.example/mod", "c", "3"}, {"proxy.example:8443", "d", "4"},
		{"https://full.example/", "e", "5"}}
	for _, c := range []struct{ host, path, want string }{
		{"proxy.example", "", "a"}, {"proxy.example", "/x/y", "a"}, {"proxy.example", "/mod/x", "c"}, {"proxy.example", "/mods", "a"},
		{"proxy.example:8443", "/", "d"}, {"proxy.example:443", "/", ""}, {"sub.proxy.example", "/", ""}, {"example", "/", ""},
		{"full.example", "/x", "e"}, {"", "", ""},
	} {
		got := ""
		if l := find(list, c.host, c.path); l != nil {
			got = l.user
		}
		if got != c.want {
			t.Errorf("%s%s: login of %q, want %q", c.host, c.path, got, c.want)
		}
	}
}
