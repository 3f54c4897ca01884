package broker

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

var (
	waitingEvents = promauto.NewGauge(prometheus.GaugeOpts{
		Name: "redthread_queue_events",
		Help: "Events in the queue: to be delivered, being delivered, or waiting to be tried again.",
	})
	repeatedDeliveries = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "redthread_repeated_deliveries_total",
		Help: "Deliveries that failed and are made again, by function.",
	}, []string{"function"})
	deadLetters = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "redthread_dead_letters_total",
		Help: "Events that a function did not take for good, by function.",
	}, []string{"function"})
)
