//go:build firestore || allstores

package main

import _ "redthread.dev/shared/store/firestore" // linked: firestore://
