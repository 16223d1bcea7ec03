//go:build !unix

package plan

import "io/fs"

// inodeOf is 0: Windows tells it only of a file that is open.
func inodeOf(fs.FileInfo) uint64 { return 0 }

// diskOf is the size in whole clusters: Windows tells what is allocated only of a file that is open.
func diskOf(fi fs.FileInfo) int64 { return (fi.Size() + 4095) / 4096 * 4096 }
