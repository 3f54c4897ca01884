// Package catalog is what everybody knows about products, stores and stock: the
// documents that catalogue events become, a reader that keeps them at hand for a
// minute, and Facts, the part of them a flow asked for, with what is bought together. Opening hours are in the
// folder hours.
package catalog
