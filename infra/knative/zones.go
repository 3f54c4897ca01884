package main

import _ "time/tzdata" // customers and stores have their own time, and there is no file of zones in the image
