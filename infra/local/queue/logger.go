package queue

import (
	"fmt"
	"log/slog"
)

// logger passes on what the queue's server has to say if it is a warning or worse.
type logger struct{ log *slog.Logger }

func (l logger) Noticef(string, ...any)         {}
func (l logger) Debugf(string, ...any)          {}
func (l logger) Tracef(string, ...any)          {}
func (l logger) Warnf(format string, v ...any)  { l.log.Warn("queue: " + fmt.Sprintf(format, v...)) }
func (l logger) Errorf(format string, v ...any) { l.log.Error("queue: " + fmt.Sprintf(format, v...)) }
func (l logger) Fatalf(format string, v ...any) { l.log.Error("queue: " + fmt.Sprintf(format, v...)) }
