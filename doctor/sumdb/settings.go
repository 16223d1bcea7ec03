package sumdb

import (
	"fmt"
	"io/fs"
	"net/url"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/note"

	"godoctor/scan/goenv"
)

// Settings are what the go command's settings say about the checksum database.
type Settings struct {
	GOSUMDB   string
	GONOSUMDB string // or GOPRIVATE, where that is not set
	GONOPROXY string // likewise
}

// SettingsOf takes the settings from those of go.
func SettingsOf(env *goenv.Env) Settings {
	return Settings{
		GOSUMDB:   env.Value("GOSUMDB"),
		GONOSUMDB: env.Value("GONOSUMDB"),
		GONOPROXY: env.Value("GONOPROXY"),
	}
}

// toolchainPath is the module that toolchains are downloaded as. Its records are no part of any go.sum, so the go
// command looks them up whatever GONOSUMDB says (modfetch: useSumDB).
const toolchainPath = "golang.org/toolchain"

// private reports whether a path is not to be looked up.
func (s Settings) private(path string) bool {
	return path != toolchainPath && module.MatchPrefixPatterns(s.GONOSUMDB, path)
}

// direct reports whether no proxy may hear of a path.
func (s Settings) direct(path string) bool { return module.MatchPrefixPatterns(s.GONOPROXY, path) }

// known are the databases that GOSUMDB may name without a key (cmd/go/internal/modfetch/key.go).
var known = map[string]string{
	"sum.golang.org": "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
}

// A key is a GOSUMDB that can be used.
type key struct {
	name string // host[/path]
	text string // the verifier key
	url  string // the address in GOSUMDB; "" where the proxies are to be asked, then https://name
}

// parseGOSUMDB reads a GOSUMDB as modfetch.dbDial does, and refuses names that are no local path besides: part of
// the name is the directory that the copies are in.
func parseGOSUMDB(value string) (key, error) {
	if value == "sum.golang.google.cn" { // another name of the public one
		value = "sum.golang.org https://sum.golang.google.cn"
	}
	fields := strings.Fields(value)
	switch {
	case value == "off":
		return key{}, &Error{Kind: ErrOff}
	case len(fields) == 0:
		return key{}, refuse("it is empty")
	case len(fields) > 2:
		return key{}, refuse("too many fields")
	}
	k := key{text: fields[0]}
	if full := known[k.text]; full != "" {
		k.text = full
	}
	verifier, err := note.NewVerifier(k.text)
	if err != nil {
		return key{}, refuse("%w", err)
	}
	k.name = verifier.Name()
	direct, err := url.Parse("https://" + k.name)
	if err != nil || direct.Host == "" || direct.RawPath != "" || *direct != (url.URL{Scheme: "https", Host: direct.Host, Path: direct.Path}) ||
		!fs.ValidPath(k.name) || strings.ContainsAny(k.name, "\\") {
		return key{}, refuse("the name %q is not host[/path]", k.name)
	}
	if len(fields) == 2 {
		k.url = fields[1]
		u, err := url.Parse(k.url)
		if err != nil || !usable(u) {
			return key{}, refuse("its address cannot be used: it must be https, http or file")
		}
	}
	return k, nil
}

// usable reports whether an address is one that can be asked.
func usable(u *url.URL) bool {
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	}
	return u.Scheme == "file" && u.Opaque == ""
}

// refuse makes the Error of a GOSUMDB that cannot be used.
func refuse(format string, args ...any) error {
	return &Error{Kind: ErrSettings, Err: fmt.Errorf(format, args...)}
}
