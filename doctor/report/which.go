package report

// A WhichSummary says which Go runs in a directory, and why.
type WhichSummary struct {
	Dir       Path      `json:"dir"`
	DirB64    Path64    `json:"dir_b64,omitzero"`
	Command   Path      `json:"command"` // the go that is typed; "" where PATH has none
	Local     string    `json:"local"`   // its version, like go1.26.8
	Root      Path      `json:"root"`    // its tree
	Setting   WhichLine `json:"gotoolchain"`
	File      Path      `json:"file"` // the go.mod or go.work file whose lines count; "" outside a project
	Go        WhichLine `json:"go"`
	Toolchain WhichLine `json:"toolchain"`
	Deps      string    `json:"deps"` // the highest go line of the dependencies, where that is more than what runs

	Here  WhichOutcome `json:"here"`
	Auto  WhichOutcome `json:"auto"`       // with GOTOOLCHAIN=auto
	Alone WhichOutcome `json:"local_only"` // with GOTOOLCHAIN=local
}

// A WhichLine is a line of a file, or a setting, that decides; all of it is empty where there is none.
type WhichLine struct {
	Says string `json:"says"`
	From string `json:"from"` // who says it, in words, where it is no file
	File Path   `json:"file"`
	Line int    `json:"line"`
}

// A WhichOutcome is what comes of one value of GOTOOLCHAIN.
type WhichOutcome struct {
	Works     bool      `json:"works"`      // with what is on this machine
	Toolchain string    `json:"toolchain"`  // that runs, or that go looks for
	From      string    `json:"from"`       // local, path, module-cache, zip, download or none
	Path      Path      `json:"path"`       // the tree, or the program in PATH
	Module    string    `json:"module"`     // what is downloaded or unpacked
	Decided   WhichLine `json:"decided"`    // by what
	Asks      string    `json:"asks"`       // the checksum database that is asked before what is there is used
	Blocked   string    `json:"blocked"`    // why it cannot come
	Fails     string    `json:"fails"`      // the kind of the error
	Error     string    `json:"error"`      // what go prints instead of working
	Ignored   WhichLine `json:"not_heeded"` // a toolchain line that asks for a newer one than runs
}

// WithWhich fills in the summary.
func (d *Document) WithWhich(s WhichSummary) *Document {
	s.DirB64 = path64(s.Dir)
	d.Summary = s
	return d
}
