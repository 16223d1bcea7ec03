//go:build unix

package remedy

import "syscall"

var errQuota error = syscall.EDQUOT
