package state

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/natefinch/atomic"

	"godoctor/scan/regular"
)

// rate is the file that keeps how fast the last download was.
type rate struct {
	BytesPerSecond float64   `json:"bytes_per_second"`
	At             time.Time `json:"at"`
}

func (h Home) rateFile() string { return filepath.Join(string(h), "rate.json") }

// Rate is how many bytes a second the last download that told had; 0: not known.
func (h Home) Rate() float64 {
	if h == "" {
		return 0
	}
	data, err := regular.ReadFile(h.rateFile(), 1<<10)
	var r rate
	if err != nil || json.Unmarshal(data, &r) != nil || !(r.BytesPerSecond > 0 && r.BytesPerSecond < 1e12) {
		return 0
	}
	return r.BytesPerSecond
}

// SaveRate keeps how fast a download was.
func (h Home) SaveRate(bytesPerSecond float64, now time.Time) error {
	if h == "" || bytesPerSecond <= 0 {
		return nil
	}
	if err := os.MkdirAll(string(h), 0o700); err != nil {
		return err
	}
	data, err := json.Marshal(rate{bytesPerSecond, now.UTC()})
	if err != nil {
		return err
	}
	return atomic.WriteFile(h.rateFile(), bytes.NewReader(data))
}
