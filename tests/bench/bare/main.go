// Bare is the least that answers a request: net/http and nothing else. It is the floor
// of how soon a function is ready and how much memory it holds.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		fmt.Println(listener.Addr())
		err = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	}
	fmt.Fprintln(os.Stderr, "bare:", err)
	os.Exit(1)
}
