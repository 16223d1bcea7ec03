package report

// A ScanSummary is what a saved scan holds.
type ScanSummary struct {
	File     Path   `json:"file"`
	FileB64  Path64 `json:"file_b64,omitzero"`
	Bytes    int64  `json:"bytes"` // of the file
	Modules  int    `json:"modules"`
	Projects int    `json:"projects"`
	Findings int    `json:"findings"`
	Redacted bool   `json:"redacted"`
}

// WithScan fills in what was saved.
func (d *Document) WithScan(sum ScanSummary) *Document {
	sum.FileB64 = path64(sum.File)
	d.Summary = sum
	return d
}
