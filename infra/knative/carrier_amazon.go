//go:build amazon || dynamodb || allstores

package main

import _ "redthread.dev/shared/channel/amazon" // linked: ses://, sns://
