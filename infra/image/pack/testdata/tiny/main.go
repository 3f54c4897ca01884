// Command tiny is a program to make an image of.
package main

func main() { println("here") }
