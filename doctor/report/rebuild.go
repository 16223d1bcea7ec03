package report

// A Rebuild is what came of building a program twice.
type Rebuild struct {
	Package      string    `json:"package"`
	GOOS         string    `json:"goos"`
	GOARCH       string    `json:"goarch"`
	Go           string    `json:"go"`
	Flags        []string  `json:"flags"`       // of go build
	Environment  []string  `json:"environment"` // settings that were made, KEY=VALUE
	Reproducible bool      `json:"reproducible"`
	Files        []Rebuilt `json:"files"`          // both, in order
	Parts        []string  `json:"parts"`          // sections that differ
	Reason       string    `json:"reason"`         // the likely input; "" where both are alike
	Given        *Given    `json:"given,omitzero"` // the program that it was compared with
}

// A Rebuilt is a program that was built.
type Rebuilt struct {
	SHA256     string `json:"sha256"`
	Bytes      int64  `json:"bytes"`
	DurationMS int64  `json:"duration_ms"`
}

// A Given is a program that was there, and whether it is what the sources make.
type Given struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Same   bool   `json:"same"`
}
