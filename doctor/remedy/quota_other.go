//go:build !unix

package remedy

import "errors"

var errQuota = errors.New("quota exceeded")
