//go:build postgres || allstores

package main

import _ "redthread.dev/shared/store/postgres" // linked: postgres://
