package customer

import "time"

func init() { time.Sleep(1) }
