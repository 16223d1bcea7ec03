package fetch

import (
	"math"
	"time"
)

// rateLeast is the smallest body that tells how fast the network is: below it the answer is in one or two packets
// and the time is that of the way there and back.
const rateLeast = 128 << 10

// Rate is how many bytes a second came of the last body that was large enough to tell, 0 if there was none. Files of a
// file:// proxy do not count.
func (c *Client) Rate() float64 { return math.Float64frombits(c.rate.Load()) }

// measure notes how long a body took.
func (c *Client) measure(bytes int, took time.Duration) {
	if bytes >= rateLeast && took > 0 {
		c.rate.Store(math.Float64bits(float64(bytes) / took.Seconds()))
	}
}
