//go:build allstores || !(postgres || firestore || dynamodb)

package main

import _ "redthread.dev/shared/store/sqlite" // linked: sqlite:FILE
