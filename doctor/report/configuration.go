package report

import "godoctor/doctor/config"

// A ConfigSetting is one setting of godoctor.
type ConfigSetting struct {
	Name      string         `json:"name"`     // as files have it, like check.fail_on
	Command   string         `json:"command"`  // that has the flag; empty: all have it, or there is none
	Flag      string         `json:"flag"`     // without the dashes; empty: there is none
	Variable  string         `json:"variable"` // empty: there is none
	Files     bool           `json:"files"`    // files may set it
	Value     any            `json:"value"`    // what holds: a boolean, number, string, array, or array of tables
	Set       bool           `json:"set"`      // somebody said so; else it is the default
	Origins   []ConfigOrigin `json:"origins"`  // where it comes from; of what adds up over the files all places
	Overrides []ConfigOrigin `json:"overrides"`
	Yields    string         `json:"yields"` // the flag before which something in overrides gives way
	Why       string         `json:"why"`    // why it cannot be set in files, or by anything but the flag
}

// A ConfigOrigin is a place that says something about a setting.
type ConfigOrigin struct {
	Origin   string `json:"origin"`   // default, system, user, pins, project, variable, flag
	Variable string `json:"variable"` // its name
	File     Path   `json:"file"`
	FileB64  Path64 `json:"file_b64,omitzero"`
	Line     int    `json:"line"`
	Value    any    `json:"value"` // what it says
}

// NewConfigOrigin is the shape of a place in a file.
func NewConfigOrigin(origin string, at config.Origin, value any) ConfigOrigin {
	return ConfigOrigin{Origin: origin, File: at.File, FileB64: path64(at.File), Line: at.Line, Value: value}
}

// A ConfigFile is a file that settings are read from.
type ConfigFile struct {
	Layer   string `json:"layer"` // system, user, pins, project
	Path    Path   `json:"path"`
	PathB64 Path64 `json:"path_b64,omitzero"`
	Exists  bool   `json:"exists"`
	Read    bool   `json:"read"`
	Error   string `json:"error"` // why it was not
}

// ConfigSummary is the summary of the commands that show settings.
type ConfigSummary struct {
	Settings int  `json:"settings"`
	Set      int  `json:"set"` // somebody said something about them
	Warnings int  `json:"warnings"`
	Broken   bool `json:"broken"` // a file could not be read whole, so nothing is called unused
}

// WithConfigFiles fills in the files that were looked for, those that count least first, and what makes no sense in them.
func (d *Document) WithConfigFiles(c *config.Config) *Document {
	d.ConfigFiles = []ConfigFile{}
	for _, f := range c.Files {
		out := ConfigFile{Layer: f.Layer.String(), Path: f.Path, PathB64: path64(f.Path), Exists: f.Read || f.Err != nil, Read: f.Read}
		if f.Err != nil {
			out.Error = f.Err.Error()
		}
		d.ConfigFiles = append(d.ConfigFiles, out)
	}
	for _, w := range c.Warnings {
		d.Problems = append(d.Problems, Problem{Subject: "config", Path: w.File, PathB64: path64(w.File), Line: w.Line, Message: w.Message})
	}
	return d
}
