//go:build dynamodb || allstores

package main

import _ "redthread.dev/shared/store/dynamodb" // linked: dynamodb://
