package report

import (
	"regexp"

	"godoctor/scan/goenv"
)

// A Setting is one setting of the go command.
type Setting struct {
	Key       string          `json:"key"`
	Value     string          `json:"value"`
	Origin    string          `json:"origin"`    // environment, goenv-file, goroot, default, derived
	Persisted bool            `json:"persisted"` // set with go env -w: it holds in every shell
	File      Path            `json:"file"`
	FileB64   Path64          `json:"file_b64,omitzero"`
	Line      int             `json:"line"`
	Overrides []SettingSource `json:"overrides"` // what would count otherwise, in order
}

// A SettingSource is a place that says something about a setting and is not heard.
type SettingSource struct {
	Origin  string `json:"origin"`
	Value   string `json:"value"`
	File    Path   `json:"file"`
	FileB64 Path64 `json:"file_b64,omitzero"`
	Line    int    `json:"line"`
}

// WithSettings fills in the settings with these keys, all of them if there are none. Passwords in addresses
// are left out: what is printed gets pasted.
func (d *Document) WithSettings(env *goenv.Env, keys []string) *Document {
	d.Settings = []Setting{}
	list := env.Settings()
	if len(keys) > 0 {
		list = nil
		for _, k := range keys {
			if s, ok := env.Lookup(k); ok {
				list = append(list, s)
			}
		}
	}
	var sum struct {
		Settings  int `json:"settings"`
		Changed   int `json:"changed"`   // somebody set them
		Persisted int `json:"persisted"` // with go env -w
	}
	for _, s := range list {
		out := Setting{Key: s.Key, Value: NoPassword(s.Value), Origin: string(s.Origin), Persisted: s.Origin == goenv.OriginFile,
			File: s.File, FileB64: path64(s.File), Line: s.Line, Overrides: []SettingSource{}}
		for _, o := range s.Overrides {
			out.Overrides = append(out.Overrides, SettingSource{string(o.Origin), NoPassword(o.Value), o.File, path64(o.File), o.Line})
		}
		d.Settings = append(d.Settings, out)
		sum.Settings++
		if s.Origin == goenv.OriginEnvironment || s.Origin == goenv.OriginFile {
			sum.Changed++
		}
		if out.Persisted {
			sum.Persisted++
		}
	}
	d.Summary = sum
	return d
}

// userinfo is the part of an address before its host.
var userinfo = regexp.MustCompile(`(://[^/@\s:]*:)[^/@\s]*@`)

// NoPassword replaces the passwords of addresses in a value.
func NoPassword(value string) string { return userinfo.ReplaceAllString(value, "${1}***@") }
