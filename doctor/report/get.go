package report

import "slices"

// A GetSummary says what came of toolchains get.
type GetSummary struct {
	Toolchain    string   `json:"toolchain"` // "go1.25.3"
	GOOS         string   `json:"goos"`
	GOARCH       string   `json:"goarch"`
	Module       string   `json:"module"` // as which it is published
	Hash         string   `json:"hash"`   // h1 in the signed record, and of what came
	State        string   `json:"state"`  // "installed", "there" (it was before), "planned" (with -n)
	To           string   `json:"to"`     // "modcache" or "sdk"
	Root         Path     `json:"root"`
	RootB64      Path64   `json:"root_b64,omitzero"`
	ZipBytes     int64    `json:"zip_bytes"`     // 0: the proxy does not say
	FetchedBytes int64    `json:"fetched_bytes"` // that came over the network
	KeptBytes    int64    `json:"kept_bytes"`    // that an earlier run had fetched
	Tries        int      `json:"tries"`         // requests for the zip
	From         string   `json:"from"`          // the proxy; "" where nothing had to be fetched
	FetchMS      int64    `json:"fetch_ms"`
	Lacks        []string `json:"lacks"` // directories of the distribution that the module does not have
}

// toolchainLacks are the directories of a distribution that its module does not have (cmd/distpack: modArch).
var toolchainLacks = []string{"api", "doc", "misc", "test"}

// WithGet fills in the summary.
func (d *Document) WithGet(s GetSummary) *Document {
	s.RootB64 = path64(s.Root)
	s.From = NoPassword(s.From)
	s.Lacks = slices.Clone(toolchainLacks)
	d.Summary = s
	return d
}

// A GetProgress is how far a file is: an event of JSON lines.
type GetProgress struct {
	Module  string `json:"module"`
	Version string `json:"version"`
	State   string `json:"state"`
	Bytes   int64  `json:"bytes"` // that are there
	Total   int64  `json:"total"` // 0: not known
	Rate    int64  `json:"rate"`  // bytes a second, on the average; 0: not known yet
	LeftMS  int64  `json:"left_ms"`
	Tries   int    `json:"tries"`
	Host    string `json:"host"`
}
