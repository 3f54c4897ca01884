package suite

// The stores that a suite can be on, and who can carry its messages: all there are.
import (
	_ "redthread.dev/shared/channel/amazon"  // linked: ses://REGION/CONFIGURATION-SET, sns://REGION
	_ "redthread.dev/shared/store/dynamodb"  // linked: dynamodb://REGION/PREFIX
	_ "redthread.dev/shared/store/firestore" // linked: firestore://PROJECT/DATABASE
	_ "redthread.dev/shared/store/memory"    // linked: memory:
	_ "redthread.dev/shared/store/postgres"  // linked: postgres://USER@HOST/DATABASE
	_ "redthread.dev/shared/store/sqlite"    // linked: sqlite:FILE
)
