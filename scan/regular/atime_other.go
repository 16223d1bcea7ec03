//go:build !linux

package regular

const noAtime = 0
