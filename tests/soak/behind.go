package time

import (
	"os"
	"strconv"
	"time"
)

// behind is how far this validator's clock lies in the past; the environment says it in seconds.
var behind = func() time.Duration {
	seconds, _ := strconv.ParseInt(os.Getenv("TONGDUI_SOAK_BEHIND_S"), 10, 64)
	return time.Duration(seconds) * time.Second
}()
